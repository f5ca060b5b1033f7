//! The examples build as a vendor builds them, register in the sandbox, and are what the README shows.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::container::Sandbox;

const README: &str = include_str!("../../../README.md");
const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../examples");
const SCENARIO: &str = "--scenario ecs-fargate --product 4w1vgsrkqdkypbz43g7qkk4uz=entitled";

/// They share what cargo built, so one at a time.
static BUILD: Mutex<()> = Mutex::new(());

/// An example's manifest and source in a folder of its own.
fn prepare(example: &str, folder: &str) -> PathBuf {
    let (from, to) = (Path::new(EXAMPLES).join(example), Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder));
    fs::create_dir_all(to.join("src")).expect("a folder");
    let manifest = fs::read_to_string(from.join("Cargo.toml")).expect("its manifest");
    let manifest = manifest.replace("../../bindings/rust/mpmeter", env!("CARGO_MANIFEST_DIR"));
    fs::write(to.join("Cargo.toml"), manifest).expect("written");
    fs::copy(from.join("src/main.rs"), to.join("src/main.rs")).expect("its source");
    to
}

/// Builds an example in a folder of its own, with the public key of the sandbox in place of the product's.
fn build(example: &str, sandbox: &Sandbox) -> PathBuf {
    let _guard = BUILD.lock().unwrap_or_else(PoisonError::into_inner);
    let to = prepare(example, example);
    fs::write(to.join("public-key.pem"), sandbox.key()).expect("written");
    let target = to.with_file_name("examples");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--offline"]).current_dir(&to).env("CARGO_TARGET_DIR", &target);
    assert!(cargo.status().expect("cargo runs").success());
    let name = example.replace("rust", "product");
    let program = target.join(format!("{example}-{}", sandbox.variables["MPMETER_SANDBOX_PID"]));
    fs::copy(target.join("debug").join(name), &program).expect("the program");
    program
}

fn program(example: &str, sandbox: &Sandbox) -> Command {
    let mut command = Command::new(build(example, sandbox));
    // Nothing of this process's environment: another test's sandbox may be in it just now.
    command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).envs(&sandbox.variables);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn the_readme_shows_the_examples() {
    for path in ["examples/rust/src/main.rs", "examples/rust-meter/src/main.rs"] {
        let example = fs::read_to_string(Path::new(EXAMPLES).join("..").join(path)).expect("an example");
        assert!(README.contains(&format!("<!-- {path} -->\n```rust\n{example}```\n")), "{path}");
    }
}

#[test]
fn the_examples_bill_their_requests() {
    for example in ["rust-meter", "rust-async-meter"] {
        let sandbox = Sandbox::start(SCENARIO);
        let mut command = program(example, &sandbox);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{example}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let mut child = command.arg(folder.join("usage")).stdin(Stdio::piped()).spawn().expect("it runs");
        child.stdin.take().expect("its input").write_all(b"one\ntwo\nthree\n").expect("written");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(sandbox.billed(), [("requests".to_owned(), "3".to_owned())]);
    }
}

#[test]
fn the_examples_register() {
    let sandbox = Sandbox::start(SCENARIO);
    for example in ["rust", "rust-async"] {
        let output = program(example, &sandbox).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed, "registered in eu-west-3: the product begins here\n");
    }
}

/// In a folder with the program and its manifest.
#[test]
fn the_readmes_commands_register_without_aws() {
    let section = README.split("\n## Test it without AWS\n").nth(1).expect("the section");
    let commands: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    let sandbox = Path::new(&env::var("MPMETER_SANDBOX").expect("the sandbox")).with_file_name("");
    let cargo = Path::new(env!("CARGO")).with_file_name("");
    let path = format!("{}:{}:{}", sandbox.display(), cargo.display(), env::var("PATH").unwrap_or_default());
    let project = prepare("rust", "readme");
    let mut shell = Command::new("sh");
    shell.args(["-ec", &commands.join("\n")]).current_dir(project).env("PATH", path);
    shell.env_remove("CARGO_TARGET_DIR").env("CARGO_NET_OFFLINE", "true");
    let output = shell.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "registered in eu-west-3: the product begins here\n");
}

#[test]
fn a_buyer_who_has_not_paid_is_told_so() {
    let sandbox = Sandbox::start(&format!("{SCENARIO} --fault not-entitled"));
    for example in ["rust", "rust-async"] {
        let output = program(example, &sandbox).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("MPMETER_E_CUSTOMER_NOT_ENTITLED"));
    }
}

#[test]
fn sigterm_stops_the_async_example() {
    let sandbox = Sandbox::start(&format!("{SCENARIO} --fault hang"));
    let mut child = program("rust-async", &sandbox).spawn().expect("it runs");
    while !catches_sigterm(child.id()) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(300));
    let begin = Instant::now();
    Command::new("kill").arg(child.id().to_string()).status().expect("sent");
    assert_eq!(child.wait().expect("waited").code(), Some(143));
    assert!(begin.elapsed() < Duration::from_secs(60), "it waits for the call, which ends at once");
}

fn catches_sigterm(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("Linux");
    u64::from_str_radix(mask.trim(), 16).expect("a mask") & (1 << 14) != 0
}
