//! A PostgreSQL server for tests: the one that `cargo xtask test` lends, or one of this program's own, in a folder of its own, reached by
//! a socket there, gone with whoever started it.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// The variable with the folder of the server that is lent.
pub const SERVER: &str = "QR_CHECKOUT_POSTGRES";
/// The database whose copies have every migration already.
const TEMPLATE: &str = "migrated";

/// A server at work.
pub struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    /// Of our own server; its standard input stays open until the program ends.
    watch: Option<Child>,
    /// Whether there is a template, and nobody else makes it meanwhile.
    template: OnceLock<()>,
}

/// Runs the server until standard input closes, which is when the program ends, however it does.
const WATCH: &str = r#""$@" >/dev/null 2>&1 & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$FOLDER""#;

impl Postgres {
    /// The server of this program.
    pub fn get() -> &'static Postgres {
        static SERVER: OnceLock<Postgres> = OnceLock::new();
        SERVER.get_or_init(|| Postgres::lent().unwrap_or_else(Postgres::start))
    }

    /// A new database without anything in it; its address.
    pub fn empty_database(&self) -> String {
        self.database_of("template1")
    }

    /// A new database that has every migration; its address.
    pub fn database(&self) -> String {
        self.template.get_or_init(|| self.migrate());
        self.database_of(TEMPLATE)
    }

    /// Runs a statement in a database.
    pub fn run(&self, database: &str, statement: &str) {
        let done = self.ask(database, statement);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Where its socket is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn database_of(&self, template: &str) -> String {
        let mut random = [0; 8];
        aws_lc_rs::rand::fill(&mut random).unwrap();
        let name = format!("shop_{:016x}", u64::from_be_bytes(random));
        self.run("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        self.address(&name)
    }

    fn address(&self, name: &str) -> String {
        format!("postgres://postgres@localhost/{name}?host={}", self.folder.display())
    }

    /// A server of our own for others, with the template that they copy.
    pub fn start_for_others() -> Postgres {
        let server = Postgres::start();
        server.template.get_or_init(|| server.migrate());
        server
    }

    /// Makes the template.
    fn migrate(&self) {
        self.run("postgres", &format!("CREATE DATABASE {TEMPLATE}"));
        let address = self.address(TEMPLATE);
        let migrated = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { merchant::Store::open_postgres(&address).await.unwrap().close().await });
        });
        migrated.join().unwrap();
    }

    fn lent() -> Option<Postgres> {
        let folder = PathBuf::from(std::env::var_os(SERVER)?);
        // Whoever lends it has made the template.
        Some(Postgres { folder, programs: programs(), watch: None, template: OnceLock::from(()) })
    }

    /// A server of our own.
    pub fn start() -> Postgres {
        let programs = programs();
        let folder = std::env::temp_dir().join(format!("qr-checkout-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let server = Postgres { folder, programs, watch: None, template: OnceLock::new() };
        if is_root() {
            chown(&server.folder, Some(number_of("-u")), Some(number_of("-g"))).unwrap();
        }
        let data = server.folder.join("data");
        let made = server.program("initdb").args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "-N", "-D"]).arg(&data).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        // Nothing of a test outlives a power failure. In a file, so that a bench can ask for better.
        OpenOptions::new().append(true).open(data.join("postgresql.conf")).unwrap().write_all(b"fsync = off\n").unwrap();
        let run = server.program("postgres");
        let mut watched = Command::new("sh");
        watched.args(["-c", WATCH, "watch"]).arg(run.get_program()).args(run.get_args());
        watched.args(["-c", "listen_addresses=", "-c", "max_connections=400", "-k"]).arg(&server.folder);
        watched.arg("-D").arg(&data).env("FOLDER", &server.folder).stdin(Stdio::piped());
        server.wait_until_it_answers(watched.spawn().unwrap())
    }

    fn wait_until_it_answers(mut self, watch: Child) -> Postgres {
        self.watch = Some(watch);
        for _ in 0..600 {
            if self.ask("postgres", "SELECT 1").status.success() {
                return self;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("PostgreSQL does not answer in {}", self.folder.display());
    }

    fn ask(&self, database: &str, statement: &str) -> Output {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.arg("-h").arg(&self.folder).args(["-U", "postgres", "-X", "-q", "-d", database, "-c", statement]);
        psql.output().unwrap()
    }

    /// A program of the server, which refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        if !is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program).current_dir(&self.folder);
        command
    }
}

/// Where the server's programs are: distributions keep them off the path.
pub fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = versions.chain(std::env::split_paths(&on_path)).collect();
    folders.sort_by_key(|folder| !folder.starts_with("/usr/lib/postgresql"));
    let found = folders.into_iter().find(|folder| folder.join("initdb").is_file());
    found.expect("PostgreSQL is not installed: cargo xtask setup brings it")
}

fn is_root() -> bool {
    Path::new("/proc/self").exists() && number(&["-u"]) == 0
}

fn number_of(what: &str) -> u32 {
    number(&[what, "postgres"])
}

fn number(arguments: &[&str]) -> u32 {
    let output = Command::new("id").args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}
