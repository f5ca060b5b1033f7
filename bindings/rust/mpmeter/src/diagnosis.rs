//! Why a registration would fail in the place where the program runs.

use std::path::PathBuf;

use mpmeter_sys::owned;
use mpmeter_sys::raw::MPMETER_DIAGNOSE_REGISTER;

use crate::error::c_text;
use crate::meter::c_path;
use crate::{Cancellation, ClientBuilder, Result, Status};

/// Why a registration would fail here. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis(owned::Diagnosis);

impl Diagnosis {
    /// What a registration would end with, as far as can be told: the status of the first check that failed, or
    /// [`Status::Ok`]. It is advice, and no proof: a program starts only after [`Client::register_usage`].
    ///
    /// [`Client::register_usage`]: crate::Client::register_usage
    #[must_use]
    pub fn status(&self) -> Status {
        Status::from_code(self.0.status).unwrap_or(Status::Internal)
    }

    /// The whole of it, one JSON object on one line. `mpmeter_diagnosis_json()` in the C header lists its keys.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.0.json
    }
}

/// One diagnosis: see [`ClientBuilder::diagnosis`].
#[derive(Debug)]
#[must_use = "nothing is looked at before run()"]
pub struct DiagnosisRequest<'a> {
    builder: &'a ClientBuilder,
    product_codes: Vec<String>,
    flags: u32,
    cancellation: Option<&'a Cancellation>,
}

impl<'a> DiagnosisRequest<'a> {
    pub(crate) fn new(builder: &'a ClientBuilder) -> DiagnosisRequest<'a> {
        DiagnosisRequest { builder, product_codes: Vec::new(), flags: 0, cancellation: None }
    }

    /// Adds a code that the program may register.
    pub fn product_code(mut self, code: impl Into<String>) -> DiagnosisRequest<'a> {
        self.product_codes.push(code.into());
        self
    }

    /// Sends one registration of the only product code, and says what AWS's answer means.
    pub fn send_registration(mut self) -> DiagnosisRequest<'a> {
        self.flags |= MPMETER_DIAGNOSE_REGISTER;
        self
    }

    /// Lets another thread stop it.
    pub fn cancellation(mut self, cancellation: &'a Cancellation) -> DiagnosisRequest<'a> {
        self.cancellation = Some(cancellation);
        self
    }

    /// Looks at everything. Blocks for up to a minute.
    ///
    /// # Errors
    ///
    /// `InvalidArgument`, `Cancelled`, `OutOfMemory`, `Internal`. What it finds is not an error.
    pub fn run(self) -> Result<Diagnosis> {
        let codes = self.product_codes.iter().map(|code| c_text("a product code", code)).collect::<Result<Vec<_>>>()?;
        let options = self.builder.options()?;
        Ok(Diagnosis(options.diagnose(&codes, self.flags, self.cancellation.map(Cancellation::handle))?))
    }
}

/// One diagnosis of metering: see [`ClientBuilder::metering_diagnosis`].
#[derive(Debug)]
#[must_use = "nothing is looked at before run()"]
pub struct MeteringDiagnosisRequest<'a> {
    builder: &'a ClientBuilder,
    product_code: Option<String>,
    journal: Option<PathBuf>,
    dimensions: Vec<String>,
    cancellation: Option<&'a Cancellation>,
}

impl<'a> MeteringDiagnosisRequest<'a> {
    pub(crate) fn new(builder: &'a ClientBuilder) -> MeteringDiagnosisRequest<'a> {
        MeteringDiagnosisRequest {
            builder,
            product_code: None,
            journal: None,
            dimensions: Vec::new(),
            cancellation: None,
        }
    }

    /// The code of the product. Without one AWS is not asked.
    pub fn product_code(mut self, code: impl Into<String>) -> MeteringDiagnosisRequest<'a> {
        self.product_code = Some(code.into());
        self
    }

    /// The journal's path, which need not be there yet.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> MeteringDiagnosisRequest<'a> {
        self.journal = Some(path.into());
        self
    }

    /// Adds the name of a dimension; the first is that of the dry run.
    pub fn dimension(mut self, name: impl Into<String>) -> MeteringDiagnosisRequest<'a> {
        self.dimensions.push(name.into());
        self
    }

    /// Lets another thread stop it.
    pub fn cancellation(mut self, cancellation: &'a Cancellation) -> MeteringDiagnosisRequest<'a> {
        self.cancellation = Some(cancellation);
        self
    }

    /// Looks at everything, and asks AWS by a dry run, which meters nothing. Blocks for up to a minute.
    ///
    /// # Errors
    ///
    /// `InvalidArgument`, `Cancelled`, `OutOfMemory`, `Internal`. What it finds is not an error.
    pub fn run(self) -> Result<Diagnosis> {
        let code = self.product_code.as_deref().map(|code| c_text("the product code", code)).transpose()?;
        let path = self.journal.as_deref().map(c_path).transpose()?;
        let names = self.dimensions.iter().map(|name| c_text("a dimension", name)).collect::<Result<Vec<_>>>()?;
        let stop = self.cancellation.map(Cancellation::handle);
        let options = self.builder.options()?;
        Ok(Diagnosis(options.diagnose_metering(code.as_deref(), path.as_deref(), &names, stop)?))
    }
}
