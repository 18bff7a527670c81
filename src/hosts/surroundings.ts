/** What connecting takes from the operator's side; passed in, so that nothing here reads the process's own. */
export type Surroundings = {
  /** The operator's home folder: ~/.ssh is there. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The operator's own name: the login user where none is given. */
  readonly user: string;
  /** Asks the operator something that must not be shown; absent where there is no terminal. */
  readonly prompt?: (question: string) => Promise<string>;
  /** How long a server may take for each step of connecting; 20 s unless given. */
  readonly connectWithinMs?: number;
  readonly signal?: AbortSignal | undefined;
};
