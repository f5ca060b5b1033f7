//! Decides which libmpmeter is linked: the folder that MPMETER_LIB_DIR names, the archive that came with the crate, or
//! what pkg-config knows.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-env-changed=MPMETER_LIB_DIR");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    if env::var_os("DOCS_RS").is_some() {
        return;
    }
    let dynamic = env::var_os("CARGO_FEATURE_DYNAMIC").is_some();
    let target = target();
    let bundled = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("native").join(&target);
    if let Some(folder) = env::var_os("MPMETER_LIB_DIR") {
        link(Path::new(&folder), dynamic);
    } else if !dynamic && bundled.join("libmpmeter.a").exists() {
        link(&bundled, false);
    } else if let Some(folder) = pkg_config(if dynamic { "mpmeter" } else { "mpmeter-static" }) {
        link(&folder, dynamic);
    } else {
        eprintln!(
            "mpmeter-sys: there is no libmpmeter for {target} in this crate, and pkg-config knows none. Install it \
             (make install install-static), or set MPMETER_LIB_DIR to the folder that holds {}.",
            if dynamic { "libmpmeter.so" } else { "libmpmeter.a" }
        );
        std::process::exit(1);
    }
}

/// The name that libmpmeter has for the target, such as "x86_64-linux-gnu".
fn target() -> String {
    let system = variable("CARGO_CFG_TARGET_OS");
    format!("{}-{system}-{}", variable("CARGO_CFG_TARGET_ARCH"), env::var("CARGO_CFG_TARGET_ENV").unwrap_or_default())
}

fn link(folder: &Path, dynamic: bool) {
    let file = folder.join(if dynamic { "libmpmeter.so" } else { "libmpmeter.a" });
    println!("cargo:rerun-if-changed={}", file.display());
    println!("cargo:rustc-link-search=native={}", folder.display());
    if dynamic {
        println!("cargo:rustc-link-lib=dylib=mpmeter");
    } else {
        println!("cargo:rustc-link-lib=static=mpmeter");
        println!("cargo:rustc-link-lib=dylib=m");
        println!("cargo:rustc-link-lib=dylib=pthread");
    }
}

fn pkg_config(module: &str) -> Option<PathBuf> {
    let answer = Command::new("pkg-config").args(["--variable=libdir", module]).output().ok()?;
    let folder = String::from_utf8(answer.stdout).ok()?;
    (answer.status.success() && !folder.trim().is_empty()).then(|| PathBuf::from(folder.trim()))
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo does not set {name}"))
}
