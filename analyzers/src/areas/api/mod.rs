//! The HTTP API: which endpoints there are, whether they are versioned, how they answer, and how they are described.

mod csharp;
mod django;
pub mod endpoint;
mod go;
mod javascript;
mod javascript_modules;
mod jvm;
mod nest;
mod next;
mod php;
mod python;
mod python_modules;
mod routers;
mod routing;
mod ruby;
mod rust;
mod surface;
mod values;

pub use endpoint::{Endpoint, VersionCue};
pub use surface::Surface;
