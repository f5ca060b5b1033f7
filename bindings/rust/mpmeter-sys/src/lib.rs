//! libmpmeter for Rust: [`raw`], the C functions as include/mpmeter.h declares them, and [`owned`], safe handles over
//! them.
//!
//! Programs use the crate `mpmeter`, which makes an idiomatic API of this and holds no unsafe code. The version of this
//! crate is the library's. The archive for the target is linked statically; the feature `dynamic` links libmpmeter.so.1
//! instead.

#![warn(missing_docs)]

pub mod owned;
pub mod raw;
