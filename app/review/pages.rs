//! Reports as pages of our own, for those who were given the address: it can not be guessed, and ends with the report.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use url::Url;

use super::outcome::{Outcome, outcomes_of};
use crate::report::{Disclosure, Format, Report, Style, render};
use crate::store::jobs::JobId;
use crate::store::{Store, StoreError};

/// Where the pages are, and what their addresses are made with.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The server, as others see it.
    pub url: Url,
    /// What deliveries are signed with; addresses are signed with it for another purpose.
    pub secret: SecretString,
}

impl Pages {
    /// The address of the reports of a job.
    pub fn address(&self, job: JobId) -> Url {
        let tag: [u8; 16] = self.mac(job).finalize().into_bytes()[..16].try_into().expect("of thirty-two");
        let mut address = self.url.clone();
        let below = format!("{}/reports/{job}/{}", self.url.path().trim_end_matches('/'), HEXLOWER.encode(&tag));
        address.set_path(&below);
        address
    }

    /// The page at the address with `job` and `tag`; nothing where that is none, or the reports are forgotten.
    pub async fn page(&self, store: &Store, web: &Url, job: i64, tag: &str) -> Result<Option<String>, StoreError> {
        let job = JobId(job);
        let is_ours = HEXLOWER
            .decode(tag.as_bytes())
            .is_ok_and(|tag| tag.len() == 16 && self.mac(job).verify_truncated_left(&tag).is_ok());
        if !is_ours {
            return Ok(None);
        }
        let reports: Vec<Report> = outcomes_of(store, web, job)
            .await?
            .into_iter()
            .filter_map(|(_, outcome)| match outcome {
                Outcome::Reported(report) => Some(*report),
                Outcome::Failed(_) => None,
            })
            .collect();
        let style = Style { width: 80, color: false, unicode: true, verbose: true, disclosure: Disclosure::Public };
        Ok((!reports.is_empty()).then(|| render(&reports, Format::Html, &style)))
    }

    fn mac(&self, job: JobId) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes()).expect("a key of any length");
        mac.update(format!("the reports of job {job}").as_bytes());
        mac
    }
}
