//! The environment of a metered container, with mpmeter-sandbox in AWS's place, for this process or for a child.
//!
//! MPMETER_SANDBOX names the command; without it these tests fail, because a test that is skipped shows nothing.

use std::collections::HashMap;
use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use mpmeter::{Client, ClientBuilder};

/// The environment belongs to the process, so one test at a time may change it.
static ENVIRONMENT: Mutex<()> = Mutex::new(());

pub struct Sandbox {
    server: Child,
    pub variables: HashMap<String, String>,
}

impl Sandbox {
    /// Starts one. The arguments are those of `mpmeter-sandbox serve`, in one text.
    pub fn start(arguments: &str) -> Sandbox {
        let command = env::var("MPMETER_SANDBOX").expect("MPMETER_SANDBOX names the command mpmeter-sandbox");
        let mut server = Command::new(command)
            .arg("serve")
            .args(arguments.split_whitespace())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let mut variables = HashMap::new();
        for line in BufReader::new(server.stdout.take().expect("its output")).lines() {
            let line = line.expect("text");
            if let Some((name, value)) = line.strip_prefix("export ").and_then(|line| line.split_once('=')) {
                variables.insert(name.to_owned(), value.trim_matches('\'').to_owned());
            }
            if variables.contains_key("MPMETER_SANDBOX_PID") {
                return Sandbox { server, variables };
            }
        }
        panic!("mpmeter-sandbox serve {arguments}: {:?}", server.wait());
    }

    /// Puts this process into the container, as long as the guard lives.
    pub fn enter(&self) -> MutexGuard<'static, ()> {
        let guard = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy().to_uppercase();
            let foreign = ["AWS_", "ECS_", "KUBERNETES_", "SSL_CERT_"].iter().any(|start| name.starts_with(start));
            if foreign || name.ends_with("_PROXY") {
                env::remove_var(name);
            }
        }
        for (name, value) in &self.variables {
            env::set_var(name, value);
        }
        guard
    }

    pub fn client(&self, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
        let _guard = self.enter();
        change(Client::builder().public_key(1, self.key())).build().expect("a client")
    }

    pub fn key(&self) -> String {
        std::fs::read_to_string(&self.variables["MPMETER_SANDBOX_PUBLIC_KEY"]).expect("the sandbox's key")
    }

    /// Moves AWS's clock, such as by "+1h".
    pub fn clock(&self, time: &str) {
        self.tool(&["clock", time]);
    }

    /// What AWS would bill: each dimension's sum.
    pub fn billed(&self) -> Vec<(String, String)> {
        let ledger = self.tool(&["ledger"]);
        let sums = ledger.lines().filter(|line| line.starts_with("total"));
        sums.map(|line| {
            let mut words = line.split_whitespace().skip(2).map(str::to_owned);
            (words.next().expect("a dimension"), words.next().expect("a sum"))
        })
        .collect()
    }

    fn tool(&self, arguments: &[&str]) -> String {
        let command = env::var("MPMETER_SANDBOX").expect("MPMETER_SANDBOX names the command mpmeter-sandbox");
        let output = Command::new(command).args(arguments).envs(&self.variables).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    pub fn product(&self) -> &str {
        &self.variables["MPMETER_SANDBOX_PRODUCT_CODE"]
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let pid = &self.variables["MPMETER_SANDBOX_PID"];
        let _ = Command::new("kill").arg(pid).status();
        let _ = self.server.wait();
    }
}
