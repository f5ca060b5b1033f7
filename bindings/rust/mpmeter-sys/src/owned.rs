//! Owned handles over [`raw`](crate::raw): each frees what it holds, every answer is copied, and no caller needs unsafe
//! code.

use std::ffi::{CStr, CString};
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::{null, null_mut, NonNull};
use std::sync::Arc;

use crate::raw::*;

mod meter;

pub use meter::{journal_report, Meter, Usage};

/// Why a call failed, copied from an `mpmeter_error`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // The getters of the C header say what each is.
pub struct Failure {
    pub status: mpmeter_status,
    pub message: String,
    pub fix: String,
    pub http_status: i32,
    pub aws_type: Option<String>,
    pub request_id: Option<String>,
    pub region: Option<String>,
    pub region_source: Option<String>,
    pub credentials_source: Option<String>,
    pub platform: Option<String>,
    pub attempts: i32,
    pub elapsed_ms: i64,
}

impl Failure {
    /// A failure of which nothing is known but its status.
    pub fn of(status: mpmeter_status) -> Failure {
        Failure { status, message: status_message(status), fix: status_fix(status), ..Failure::default() }
    }

    /// SAFETY: `error` is NULL, or an error that nobody else frees.
    unsafe fn take(status: mpmeter_status, error: *mut mpmeter_error) -> Failure {
        if error.is_null() {
            return Failure::of(status);
        }
        let failure = Failure {
            status,
            message: text(mpmeter_error_message(error)).unwrap_or_default(),
            fix: text(mpmeter_error_fix(error)).unwrap_or_default(),
            http_status: mpmeter_error_http_status(error),
            aws_type: text(mpmeter_error_aws_type(error)),
            request_id: text(mpmeter_error_request_id(error)),
            region: text(mpmeter_error_region(error)),
            region_source: text(mpmeter_error_region_source(error)),
            credentials_source: text(mpmeter_error_credentials_source(error)),
            platform: text(mpmeter_error_platform(error)),
            attempts: mpmeter_error_attempts(error),
            elapsed_ms: mpmeter_error_elapsed_ms(error),
        };
        mpmeter_error_free(error);
        failure
    }
}

/// A registration, copied from an `mpmeter_registration`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Registration {
    pub product_code: String,
    pub product_kind: mpmeter_product_kind,
    pub public_key_version: i32,
    pub nonce: String,
    pub verified: bool,
    pub signature: String,
    pub public_key_rotation: Option<String>,
    pub issued_at: i64,
    pub region: Option<String>,
    pub region_source: Option<String>,
    pub credentials_source: Option<String>,
    pub platform: Option<String>,
    pub request_id: Option<String>,
    pub attempts: i32,
    pub elapsed_ms: i64,
}

impl Registration {
    /// SAFETY: `found` is a registration that nobody else frees.
    unsafe fn take(found: *mut mpmeter_registration) -> Registration {
        let registration = Registration {
            product_code: text(mpmeter_registration_product_code(found)).unwrap_or_default(),
            product_kind: mpmeter_registration_product_kind(found),
            public_key_version: mpmeter_registration_public_key_version(found),
            nonce: text(mpmeter_registration_nonce(found)).unwrap_or_default(),
            verified: mpmeter_registration_verified(found) != 0,
            signature: text(mpmeter_registration_signature(found)).unwrap_or_default(),
            public_key_rotation: text(mpmeter_registration_public_key_rotation(found)),
            issued_at: mpmeter_registration_issued_at(found),
            region: text(mpmeter_registration_region(found)),
            region_source: text(mpmeter_registration_region_source(found)),
            credentials_source: text(mpmeter_registration_credentials_source(found)),
            platform: text(mpmeter_registration_platform(found)),
            request_id: text(mpmeter_registration_request_id(found)),
            attempts: mpmeter_registration_attempts(found),
            elapsed_ms: mpmeter_registration_elapsed_ms(found),
        };
        mpmeter_registration_free(found);
        registration
    }
}

/// A Region, copied from an `mpmeter_region`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Region {
    pub name: String,
    pub source: String,
    pub platform: String,
    pub supported: bool,
}

/// A diagnosis, copied from an `mpmeter_diagnosis`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Diagnosis {
    pub status: mpmeter_status,
    pub json: String,
}

/// Who receives the log: the level and the line. It is called by every thread that uses a client, at the same time too.
pub type Log = dyn Fn(mpmeter_log_level, &str) + Send + Sync;

/// How a client is to behave. One thread at a time, which the borrow checker sees to.
pub struct Options {
    pointer: NonNull<mpmeter_options>,
    log: Option<Arc<Box<Log>>>,
}

impl Options {
    /// Options with the library's defaults.
    pub fn new() -> Result<Options, Failure> {
        let mut options = null_mut();
        // SAFETY: the place for the answer is valid.
        let status = unsafe { mpmeter_options_new(&mut options) };
        made(status, options, null_mut()).map(|pointer| Options { pointer, log: None })
    }

    // generated: options, by `make generate`
    /// `mpmeter_options_add_public_key()`.
    pub fn add_public_key(&mut self, version: i32, pem: &CStr) -> Result<(), Failure> {
        // SAFETY: the options are valid; a text is copied.
        done(unsafe { mpmeter_options_add_public_key(self.pointer.as_ptr(), version, pem.as_ptr()) })
    }

    /// `mpmeter_options_set_minimum_key_bits()`.
    pub fn set_minimum_key_bits(&mut self, bits: i32) -> Result<(), Failure> {
        // SAFETY: the options are valid; a text is copied.
        done(unsafe { mpmeter_options_set_minimum_key_bits(self.pointer.as_ptr(), bits) })
    }

    /// `mpmeter_options_trust_product()`.
    pub fn trust_product(&mut self, product_code: &CStr, kind: mpmeter_product_kind) -> Result<(), Failure> {
        // SAFETY: the options are valid; a text is copied.
        done(unsafe { mpmeter_options_trust_product(self.pointer.as_ptr(), product_code.as_ptr(), kind) })
    }

    /// `mpmeter_options_accept_free_products()`.
    pub fn accept_free_products(&mut self, accept: bool) -> Result<(), Failure> {
        // SAFETY: the options are valid; a text is copied.
        done(unsafe { mpmeter_options_accept_free_products(self.pointer.as_ptr(), accept.into()) })
    }

    /// `mpmeter_options_set_unverified()`.
    pub fn set_unverified(&mut self, public_key_version: i32) -> Result<(), Failure> {
        // SAFETY: the options are valid; a text is copied.
        done(unsafe { mpmeter_options_set_unverified(self.pointer.as_ptr(), public_key_version) })
    }

    /// `mpmeter_options_set_deadline_ms()`.
    pub fn set_deadline_ms(&mut self, milliseconds: i64) -> Result<(), Failure> {
        // SAFETY: the options are valid; a text is copied.
        done(unsafe { mpmeter_options_set_deadline_ms(self.pointer.as_ptr(), milliseconds) })
    }

    /// `mpmeter_options_set_app_id()`.
    pub fn set_app_id(&mut self, app_id: &CStr) -> Result<(), Failure> {
        // SAFETY: the options are valid; a text is copied.
        done(unsafe { mpmeter_options_set_app_id(self.pointer.as_ptr(), app_id.as_ptr()) })
    }

    /// `mpmeter_options_set_region_policy()`.
    pub fn set_region_policy(&mut self, policy: mpmeter_region_policy) -> Result<(), Failure> {
        // SAFETY: the options are valid; a text is copied.
        done(unsafe { mpmeter_options_set_region_policy(self.pointer.as_ptr(), policy) })
    }
    // end of generated

    /// `mpmeter_options_set_log()`. What `log` panics with is dropped.
    pub fn set_log(&mut self, log: Arc<Box<Log>>, level: mpmeter_log_level) -> Result<(), Failure> {
        let context = Arc::as_ptr(&log) as *mut c_void;
        self.log = Some(log);
        // SAFETY: every client that is made from these options holds the log that the context points to.
        done(unsafe { mpmeter_options_set_log(self.pointer.as_ptr(), Some(write_log), context, level) })
    }

    /// `mpmeter_diagnose()`.
    pub fn diagnose(
        &self,
        product_codes: &[CString],
        flags: u32,
        cancellation: Option<&Cancellation>,
    ) -> Result<Diagnosis, Failure> {
        let codes: Vec<*const c_char> = product_codes.iter().map(|code| code.as_ptr()).collect();
        let count = i32::try_from(codes.len()).map_err(|_| Failure::of(MPMETER_E_INVALID_ARGUMENT))?;
        let array = if codes.is_empty() { null() } else { codes.as_ptr() };
        let (mut diagnosis, mut error) = (null_mut(), null_mut());
        // SAFETY: the array and its texts outlive the call, as does the cancellation, which is borrowed.
        unsafe {
            let (options, cancellation) = (self.pointer.as_ptr(), pointer_of(cancellation));
            let status = mpmeter_diagnose(options, array, count, flags, cancellation, &mut diagnosis, &mut error);
            Ok(diagnosis_of(made(status, diagnosis, error)?.as_ptr()))
        }
    }

    /// `mpmeter_diagnose_metering()`.
    pub fn diagnose_metering(
        &self,
        product_code: Option<&CStr>,
        journal: Option<&CStr>,
        dimensions: &[CString],
        cancellation: Option<&Cancellation>,
    ) -> Result<Diagnosis, Failure> {
        let names: Vec<*const c_char> = dimensions.iter().map(|name| name.as_ptr()).collect();
        let count = i32::try_from(names.len()).map_err(|_| Failure::of(MPMETER_E_INVALID_ARGUMENT))?;
        let array = if names.is_empty() { null() } else { names.as_ptr() };
        let (code, path) = (product_code.map_or(null(), CStr::as_ptr), journal.map_or(null(), CStr::as_ptr));
        let (mut diagnosis, mut error) = (null_mut(), null_mut());
        // SAFETY: the texts, their array and the cancellation are borrowed for the call.
        unsafe {
            let (options, stop) = (self.pointer.as_ptr(), pointer_of(cancellation));
            let status =
                mpmeter_diagnose_metering(options, code, path, array, count, 0, stop, &mut diagnosis, &mut error);
            Ok(diagnosis_of(made(status, diagnosis, error)?.as_ptr()))
        }
    }
}

/// A copy of the diagnosis, which is freed.
///
/// # Safety
///
/// It is the library's, and nobody else has it.
unsafe fn diagnosis_of(diagnosis: *mut mpmeter_diagnosis) -> Diagnosis {
    let copy = Diagnosis {
        status: mpmeter_diagnosis_status(diagnosis),
        json: text(mpmeter_diagnosis_json(diagnosis)).unwrap_or_default(),
    };
    mpmeter_diagnosis_free(diagnosis);
    copy
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: it is freed once, here.
        unsafe { mpmeter_options_free(self.pointer.as_ptr()) }
    }
}

/// Stops calls from another thread.
pub struct Cancellation(NonNull<mpmeter_cancellation>);

// SAFETY: the C header says that any number of threads may use one at once; calls borrow it, so it is freed after them.
unsafe impl Send for Cancellation {}
unsafe impl Sync for Cancellation {}

impl Cancellation {
    /// One that is not cancelled.
    pub fn new() -> Result<Cancellation, Failure> {
        let mut cancellation = null_mut();
        // SAFETY: the place for the answer is valid.
        let status = unsafe { mpmeter_cancellation_new(&mut cancellation) };
        made(status, cancellation, null_mut()).map(Cancellation)
    }

    /// `mpmeter_cancellation_cancel()`.
    pub fn cancel(&self) {
        // SAFETY: it lives.
        unsafe { mpmeter_cancellation_cancel(self.0.as_ptr()) }
    }
}

impl Drop for Cancellation {
    fn drop(&mut self) {
        // SAFETY: it is freed once, here.
        unsafe { mpmeter_cancellation_free(self.0.as_ptr()) }
    }
}

/// Everything a program needs to register.
pub struct Client {
    pointer: NonNull<mpmeter_client>,
    _log: Option<Arc<Box<Log>>>,
}

// SAFETY: the C header says that any number of threads may use one at once, and the log is Send and Sync.
unsafe impl Send for Client {}
unsafe impl Sync for Client {}

impl Client {
    /// `mpmeter_client_new()`. The C library reads the environment here: no other thread may be changing it.
    pub fn new(options: &Options) -> Result<Client, Failure> {
        let (mut client, mut error) = (null_mut(), null_mut());
        // SAFETY: the options live, and the places for the answers are valid.
        let status = unsafe { mpmeter_client_new(options.pointer.as_ptr(), &mut client, &mut error) };
        made(status, client, error).map(|pointer| Client { pointer, _log: options.log.clone() })
    }

    /// `mpmeter_register_usage()`.
    pub fn register_usage(
        &self,
        product_code: &CStr,
        nonce: Option<&CStr>,
        cancellation: Option<&Cancellation>,
    ) -> Result<Registration, Failure> {
        let (mut found, mut error) = (null_mut(), null_mut());
        let nonce = nonce.map_or(null(), CStr::as_ptr);
        // SAFETY: all that is borrowed outlives the call.
        unsafe {
            let (client, cancellation) = (self.pointer.as_ptr(), pointer_of(cancellation));
            let code = product_code.as_ptr();
            let status = mpmeter_register_usage(client, code, nonce, cancellation, &mut found, &mut error);
            made(status, found, error).map(|found| Registration::take(found.as_ptr()))
        }
    }

    /// `mpmeter_verify()`.
    pub fn verify(
        &self,
        token: &CStr,
        product_code: &CStr,
        public_key_version: i32,
        nonce: &CStr,
    ) -> Result<Registration, Failure> {
        let (mut found, mut error) = (null_mut(), null_mut());
        let (token, code, nonce) = (token.as_ptr(), product_code.as_ptr(), nonce.as_ptr());
        // SAFETY: all that is borrowed outlives the call.
        unsafe {
            let client = self.pointer.as_ptr();
            let status = mpmeter_verify(client, token, code, public_key_version, nonce, &mut found, &mut error);
            made(status, found, error).map(|found| Registration::take(found.as_ptr()))
        }
    }

    /// `mpmeter_region_find()`.
    pub fn find_region(&self, cancellation: Option<&Cancellation>) -> Result<Region, Failure> {
        let (mut found, mut error) = (null_mut(), null_mut());
        // SAFETY: all that is borrowed outlives the call.
        unsafe {
            let status = mpmeter_region_find(self.pointer.as_ptr(), pointer_of(cancellation), &mut found, &mut error);
            let found = made(status, found, error)?.as_ptr();
            let region = Region {
                name: text(mpmeter_region_name(found)).unwrap_or_default(),
                source: text(mpmeter_region_source(found)).unwrap_or_default(),
                platform: text(mpmeter_region_platform(found)).unwrap_or_default(),
                supported: mpmeter_region_supported(found) != 0,
            };
            mpmeter_region_free(found);
            Ok(region)
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // SAFETY: it is freed once, here, and every call borrows it, so none is under way.
        unsafe { mpmeter_client_free(self.pointer.as_ptr()) }
    }
}

/// `mpmeter_endpoint()`.
pub fn endpoint(region: &CStr, kinds: u32) -> Result<String, Failure> {
    let mut url = null_mut();
    // SAFETY: the text outlives the call, and the answer is freed once.
    unsafe {
        let status = mpmeter_endpoint(region.as_ptr(), kinds, &mut url);
        let url = made(status, url, null_mut())?.as_ptr();
        let copy = text(url).unwrap_or_default();
        mpmeter_string_free(url);
        Ok(copy)
    }
}

/// `mpmeter_version()`.
pub fn version() -> String {
    // SAFETY: the text is valid for the life of the process.
    unsafe { text(mpmeter_version()) }.unwrap_or_default()
}

/// `mpmeter_status_name()`.
pub fn status_name(status: mpmeter_status) -> String {
    unsafe { text(mpmeter_status_name(status)) }.unwrap_or_default()
}

/// `mpmeter_status_message()`.
pub fn status_message(status: mpmeter_status) -> String {
    unsafe { text(mpmeter_status_message(status)) }.unwrap_or_default()
}

/// `mpmeter_status_fix()`.
pub fn status_fix(status: mpmeter_status) -> String {
    unsafe { text(mpmeter_status_fix(status)) }.unwrap_or_default()
}

/// `mpmeter_status_action()`.
pub fn status_action(status: mpmeter_status) -> mpmeter_action {
    // SAFETY: it takes any number.
    unsafe { mpmeter_status_action(status) }
}

/// Every status of the library that is linked, in ascending order.
pub fn statuses() -> Vec<mpmeter_status> {
    // SAFETY: both take any number.
    unsafe { (0..mpmeter_status_count()).map(|index| mpmeter_status_at(index)).collect() }
}

/// Receives the log for whoever `context` points to. A panic must not unwind into C.
unsafe extern "C" fn write_log(context: *mut c_void, level: mpmeter_log_level, message: *const c_char) {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        if context.is_null() || message.is_null() {
            return;
        }
        // SAFETY: Options::set_log() made the context of such a box, and the client holds it.
        let log = &*(context as *const Box<Log>);
        log(level, &CStr::from_ptr(message).to_string_lossy());
    }));
    if let Err(payload) = outcome {
        // Dropping it could panic anew.
        std::mem::forget(payload);
    }
}

/// SAFETY: `text` is NULL, or a text that ends in NUL.
unsafe fn text(text: *const c_char) -> Option<String> {
    (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
}

fn pointer_of(cancellation: Option<&Cancellation>) -> *mut mpmeter_cancellation {
    cancellation.map_or(null_mut(), |cancellation| cancellation.0.as_ptr())
}

fn done(status: mpmeter_status) -> Result<(), Failure> {
    if status == MPMETER_OK {
        Ok(())
    } else {
        Err(Failure::of(status))
    }
}

/// What a call made, or why it did not. `error` is NULL, or an error that nobody else frees.
fn made<T>(status: mpmeter_status, pointer: *mut T, error: *mut mpmeter_error) -> Result<NonNull<T>, Failure> {
    if status != MPMETER_OK {
        // SAFETY: the library wrote it for this call, or left it NULL.
        return Err(unsafe { Failure::take(status, error) });
    }
    NonNull::new(pointer).ok_or_else(|| Failure::of(MPMETER_E_INTERNAL))
}
