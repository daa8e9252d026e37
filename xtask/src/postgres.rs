//! Runs tests with a real PostgreSQL beside them: found or installed, started on loopback for as long as they run, and gone with its data
//! afterwards. Knows nothing of what they test.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, process, thread};

use anyhow::{Context as _, Result, bail};

use crate::path_tools::{install, is_root, reason_not_to_install};
use crate::process::{cargo, complete};

/// Tells the tests where the server is.
const VARIABLE: &str = "MOORING_TEST_POSTGRES";

/// Debian puts versions beside each other here, and not into PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

/// How long a server may take to begin.
const STARTING: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What cargo is to do meanwhile; the tests of `cluster-provider` by default.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Runs cargo. Where there is no PostgreSQL and none can be installed, that is said, and the tests say it, too.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut tests = cargo();
    match args.command.is_empty() {
        true => tests.args(["test", "-p", "cluster-provider", "--all-features"]),
        false => tests.args(&args.command),
    };
    if env::var_os(VARIABLE).is_some_and(|url| !url.is_empty()) {
        println!("PostgreSQL: the server named by {VARIABLE}");
        return complete(&mut tests);
    }
    let Some(programs) = programs()? else { return complete(&mut tests) };
    let server = Server::start(&programs)?;
    println!("PostgreSQL: {} on port {}", programs.display(), server.port);
    complete(tests.env(VARIABLE, server.url()))
}

/// The folder with `initdb` and its like.
fn programs() -> Result<Option<PathBuf>> {
    if let Some(found) = find() {
        return Ok(Some(found));
    }
    if let Some(reason) = reason_not_to_install() {
        println!("PostgreSQL: not installed: {reason}; the tests on it are skipped");
        return Ok(None);
    }
    println!("PostgreSQL: installing");
    install(&["postgresql"])?;
    find().map(Some).context("the package postgresql was installed, and there is no initdb")
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let in_path = env::split_paths(&path).find(|folder| is_complete(folder));
    // The latest version is the one with the greatest number.
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let latest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| is_complete(folder))
        .max();
    in_path.or(latest.map(|(_, folder)| folder))
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_ctl"].iter().all(|program| folder.join(program).is_file())
}

/// A server with data of its own; stopped and taken away when dropped.
struct Server {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Server {
    fn start(programs: &Path) -> Result<Self> {
        let folder = env::temp_dir().join(format!("mooring-postgres-{}", process::id()));
        fs::create_dir(&folder).with_context(|| format!("could not make {}", folder.display()))?;
        let mut server = Self { programs: programs.to_owned(), folder, port: 0, child: None };
        if is_root() {
            complete(Command::new("chown").arg(user()).arg(&server.folder))?;
        }
        // Nobody but this machine reaches it, and it holds nothing.
        let mut initdb = server.program("initdb");
        initdb.args(["--username=mooring", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        complete(initdb.stdout(Stdio::null()))?;
        // A port that is free now may be taken a moment later.
        for _ in 0..3 {
            server.port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            if server.listen()? {
                return Ok(server);
            }
        }
        bail!("PostgreSQL did not start; its words are above");
    }

    /// Whether it began to answer.
    fn listen(&mut self) -> Result<bool> {
        let mut postgres = self.program("postgres");
        postgres.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-k"]).arg(&self.folder);
        for setting in ["fsync=off", "max_connections=300", "lc_messages=C", "log_min_error_statement=panic"] {
            postgres.args(["-c", setting]);
        }
        let mut child = postgres.stderr(Stdio::piped()).spawn().context("could not run postgres")?;
        let words = child.stderr.take().context("the words of postgres cannot be read")?;
        self.child = Some(child);
        let (ready, is_ready) = mpsc::channel();
        // Ends with the server. What is said before it is ready is shown; what tests provoke is not.
        thread::spawn(move || {
            let mut began = false;
            for line in BufReader::new(words).lines().map_while(Result::ok) {
                if line.contains("ready to accept connections") {
                    began = true;
                    // Whoever waited may have given up.
                    ready.send(()).ok();
                } else if !began && line.contains("FATAL") {
                    eprintln!("PostgreSQL: {line}");
                }
            }
        });
        if is_ready.recv_timeout(STARTING).is_ok() {
            return Ok(true);
        }
        self.stop();
        Ok(false)
    }

    fn url(&self) -> String {
        format!("postgres://mooring@127.0.0.1:{}/postgres", self.port)
    }

    /// A program of PostgreSQL over the data of this server; none of them works for root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args([format!("--reuid={}", user()), "--clear-groups".to_owned()]);
            command.arg(format!("--regid={}", user())).arg(program);
            command
        } else {
            Command::new(program)
        };
        let mut data = OsString::from(&self.folder);
        data.push("/data");
        command.arg("-D").arg(data).current_dir(&self.folder);
        command
    }

    fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--silent"]).stdout(Stdio::null()).stderr(Stdio::null());
        if !stop.status().is_ok_and(|status| status.success()) {
            drop(child.kill());
        }
        drop(child.wait());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("PostgreSQL: {} stays behind: {error}", self.folder.display());
        }
    }
}

/// Who runs the server in root's place: the user that Debian's package makes, or nobody.
fn user() -> &'static str {
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    if known.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_all_programs_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("initdb"), "").unwrap();
        assert!(!is_complete(folder.path()));
        for program in ["postgres", "pg_ctl"] {
            fs::write(folder.path().join(program), "").unwrap();
        }
        assert!(is_complete(folder.path()));
    }
}
