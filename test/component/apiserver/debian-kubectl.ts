/** kubectl as Debian ships it, of releases that this machine does not run: unpacked into a cache, never installed. */
import { execFile } from "node:child_process";
import { access, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const cache = "/var/cache/slipway-test/kubectl";

/** The path of the kubectl in a suite's package; fetched by apt, with lists of its own, when it is not there yet. */
export async function debianKubectl(suite: string, packageName: string): Promise<string> {
  const root = join(cache, suite);
  const program = join(root, "root/usr/bin/kubectl");
  if (
    await access(program).then(
      () => true,
      () => false,
    )
  )
    return program;
  await rm(root, { recursive: true, force: true });
  await fetchPackage(root, suite, packageName);
  return program;
}

async function fetchPackage(root: string, suite: string, packageName: string): Promise<void> {
  await mkdir(join(root, "state/lists/partial"), { recursive: true });
  await mkdir(join(root, "cache/archives/partial"), { recursive: true });
  await writeFile(
    join(root, "sources.list"),
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian ${suite} main\n`,
  );
  await writeFile(join(root, "status"), "");
  const options = [
    `Dir::State=${root}/state`,
    `Dir::State::status=${root}/status`,
    `Dir::Cache=${root}/cache`,
    `Dir::Etc::sourcelist=${root}/sources.list`,
    "Dir::Etc::sourceparts=-",
    "APT::Sandbox::User=root",
    "Acquire::Languages=none",
    "Acquire::Retries=5",
  ].flatMap((option) => ["-o", option]);
  await run("apt-get", [...options, "-q", "update"]);
  await run("apt-get", [...options, "-q", "download", packageName], { cwd: root });
  const file = (await readdir(root)).find((name) => name.endsWith(".deb"));
  if (!file) throw new Error(`apt has no package ${packageName} of Debian ${suite}`);
  await run("dpkg", ["-x", join(root, file), join(root, "unpacked")]);
  // Renamed when it is whole: a run that was broken off leaves nothing that looks done.
  await run("mv", [join(root, "unpacked"), join(root, "root")]);
  await rm(join(root, "state"), { recursive: true, force: true });
}
