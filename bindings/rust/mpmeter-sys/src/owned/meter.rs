//! The journal of usage, owned.

use std::ffi::CStr;
use std::os::raw::c_char;
use std::ptr::{null, null_mut, NonNull};
use std::sync::Arc;

use super::{made, pointer_of, text, Cancellation, Client, Failure, Log};
use crate::raw::*;

/// The usage of one product in this task or pod.
pub struct Meter {
    pointer: NonNull<mpmeter_meter>,
    _log: Option<Arc<Box<Log>>>,
}

// SAFETY: the C header says that any number of threads may use one at once, and the log is Send and Sync.
unsafe impl Send for Meter {}
unsafe impl Sync for Meter {}

impl Meter {
    /// `mpmeter_meter_open()`. The client may be dropped before the meter.
    pub fn open(client: &Client, product_code: &CStr, journal: &CStr, flags: u32) -> Result<Meter, Failure> {
        let (mut meter, mut error) = (null_mut(), null_mut());
        let (code, path) = (product_code.as_ptr(), journal.as_ptr());
        // SAFETY: all that is borrowed outlives the call, and the places for the answers are valid.
        let status = unsafe { mpmeter_meter_open(client.pointer.as_ptr(), code, path, flags, &mut meter, &mut error) };
        made(status, meter, error).map(|pointer| Meter { pointer, _log: client._log.clone() })
    }

    /// `mpmeter_meter_check()`.
    pub fn check(&self, dimension: Option<&CStr>, cancellation: Option<&Cancellation>) -> Result<(), Failure> {
        let mut error = null_mut();
        let dimension = dimension.map_or(null(), CStr::as_ptr);
        // SAFETY: all that is borrowed outlives the call. So it does in each of the following.
        unsafe {
            let status = mpmeter_meter_check(self.pointer.as_ptr(), dimension, pointer_of(cancellation), &mut error);
            finished(status, error)
        }
    }

    /// `mpmeter_meter_add()`.
    pub fn add(&self, dimension: &CStr, quantity: &CStr, tags: &[(&CStr, &CStr)]) -> Result<(), Failure> {
        let mut error = null_mut();
        let keys: Vec<*const c_char> = tags.iter().map(|(key, _)| key.as_ptr()).collect();
        let values: Vec<*const c_char> = tags.iter().map(|(_, value)| value.as_ptr()).collect();
        let count = i32::try_from(tags.len()).map_err(|_| Failure::of(MPMETER_E_INVALID_ARGUMENT))?;
        let (dimension, quantity) = (dimension.as_ptr(), quantity.as_ptr());
        let (keys, values) = (keys.as_ptr(), values.as_ptr());
        unsafe {
            let meter = self.pointer.as_ptr();
            finished(mpmeter_meter_add(meter, dimension, quantity, keys, values, count, &mut error), error)
        }
    }

    /// `mpmeter_meter_send()`.
    pub fn send(&self, flags: u32, cancellation: Option<&Cancellation>) -> Result<(), Failure> {
        let mut error = null_mut();
        unsafe {
            let status = mpmeter_meter_send(self.pointer.as_ptr(), flags, pointer_of(cancellation), &mut error);
            finished(status, error)
        }
    }

    /// `mpmeter_meter_next_due()`, in milliseconds.
    pub fn next_due(&self) -> Result<i64, Failure> {
        let (mut milliseconds, mut error) = (0, null_mut());
        unsafe {
            let status = mpmeter_meter_next_due(self.pointer.as_ptr(), &mut milliseconds, &mut error);
            finished(status, error).map(|()| milliseconds)
        }
    }

    /// `mpmeter_meter_report()`.
    pub fn report(&self) -> Result<String, Failure> {
        let (mut json, mut error) = (null_mut(), null_mut());
        unsafe {
            let status = mpmeter_meter_report(self.pointer.as_ptr(), &mut json, &mut error);
            made(status, json, error).map(|json| taken(json.as_ptr()))
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        // SAFETY: it is freed once, here, and every call borrows it, so none is under way.
        unsafe { mpmeter_meter_free(self.pointer.as_ptr()) }
    }
}

/// `mpmeter_journal_report()`.
pub fn journal_report(journal: &CStr) -> Result<String, Failure> {
    let (mut json, mut error) = (null_mut(), null_mut());
    // SAFETY: the path outlives the call, and the answer is freed once.
    unsafe {
        let status = mpmeter_journal_report(journal.as_ptr(), &mut json, &mut error);
        made(status, json, error).map(|json| taken(json.as_ptr()))
    }
}

/// What one record says: see `mpmeter_meter_usage()`.
#[allow(missing_docs)] // The parameters of the C function say what each is.
pub struct Usage<'a> {
    pub product_code: &'a CStr,
    pub dimension: &'a CStr,
    pub quantity: &'a CStr,
    pub timestamp: i64,
    pub client_token: Option<&'a CStr>,
    pub flags: u32,
}

impl Client {
    /// `mpmeter_meter_usage()`. The record's id; none after a dry run.
    pub fn meter_usage(
        &self,
        usage: &Usage<'_>,
        cancellation: Option<&Cancellation>,
    ) -> Result<Option<String>, Failure> {
        let (mut record, mut error) = (null_mut(), null_mut());
        let token = usage.client_token.map_or(null(), CStr::as_ptr);
        // SAFETY: all that is borrowed outlives the call, and the answer is freed once.
        unsafe {
            let status = mpmeter_meter_usage(
                self.pointer.as_ptr(),
                usage.product_code.as_ptr(),
                usage.dimension.as_ptr(),
                usage.quantity.as_ptr(),
                usage.timestamp,
                token,
                usage.flags,
                pointer_of(cancellation),
                &mut record,
                &mut error,
            );
            finished(status, error).map(|()| (!record.is_null()).then(|| taken(record)))
        }
    }
}

/// SAFETY: `error` is NULL, or an error that nobody else frees.
unsafe fn finished(status: mpmeter_status, error: *mut mpmeter_error) -> Result<(), Failure> {
    if status == MPMETER_OK {
        Ok(())
    } else {
        Err(Failure::take(status, error))
    }
}

/// SAFETY: `string` is one that the library handed out, and that nobody else frees.
unsafe fn taken(string: *mut c_char) -> String {
    let copy = text(string).unwrap_or_default();
    mpmeter_string_free(string);
    copy
}
