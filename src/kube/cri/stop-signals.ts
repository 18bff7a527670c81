/** Signals in the order of CRI's enum; a container's `stopSignal`. */
export const stopSignals = [
  "RUNTIME_DEFAULT",
  ...["SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL", "SIGINT"],
  ...["SIGIO", "SIGIOT", "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF", "SIGPWR", "SIGQUIT", "SIGSEGV", "SIGSTKFLT"],
  ...["SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2"],
  ...["SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ", "SIGRTMIN"],
  ...Array.from({ length: 15 }, (_, index) => `SIGRTMINPLUS${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `SIGRTMAXMINUS${14 - index}`),
  "SIGRTMAX",
] as const;
