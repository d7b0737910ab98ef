//! What a host says, counted as it is read: what comes before the pack is kept in memory, and is in no other count.

use std::any::Any;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use gix::protocol::transport::client::blocking_io::http::reqwest::Remote;
use gix::protocol::transport::client::blocking_io::http::{GetResponse, Http, PostBodyDataKind, PostResponse};

use super::Budget;
use super::budget::Brake;

/// A connection whose answers are counted.
pub(super) struct Counted {
    remote: Remote,
    brake: Arc<Brake>,
    budget: Budget,
}

impl Counted {
    pub(super) fn new(brake: Arc<Brake>, budget: Budget) -> Self {
        Counted { remote: Remote::default(), brake, budget }
    }

    fn body<R>(&self, inner: R) -> Body<R> {
        Body { inner, brake: self.brake.clone(), budget: self.budget }
    }
}

impl Http for Counted {
    type Headers = <Remote as Http>::Headers;
    type ResponseBody = Body<<Remote as Http>::ResponseBody>;
    type PostBody = <Remote as Http>::PostBody;

    fn get(
        &mut self,
        url: &str,
        base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> gix::Result<GetResponse<Self::Headers, Self::ResponseBody>> {
        let GetResponse { headers, body } = self.remote.get(url, base_url, headers)?;
        Ok(GetResponse { headers, body: self.body(body) })
    }

    fn post(
        &mut self,
        url: &str,
        base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
        body: PostBodyDataKind,
    ) -> gix::Result<PostResponse<Self::Headers, Self::ResponseBody, Self::PostBody>> {
        let PostResponse { post_body, headers, body } = self.remote.post(url, base_url, headers, body)?;
        Ok(PostResponse { post_body, headers, body: self.body(body) })
    }

    fn configure(&mut self, config: &dyn Any) -> gix::Result<()> {
        self.remote.configure(config)
    }

    fn redirected_base_url(&self) -> Option<String> {
        self.remote.redirected_base_url()
    }
}

/// An answer that ends where the budget does.
pub(super) struct Body<R> {
    inner: R,
    brake: Arc<Brake>,
    budget: Budget,
}

impl<R> Body<R> {
    fn within(&self) -> io::Result<()> {
        let Brake { stop, too_large, too_many_names, is_pack, said, .. } = &*self.brake;
        let said = said.load(Ordering::Relaxed);
        let struck = if said > self.budget.names && !is_pack.load(Ordering::Relaxed) {
            too_many_names
        } else if said > self.budget.names + self.budget.bytes {
            too_large
        } else {
            return Ok(());
        };
        struck.store(true, Ordering::Relaxed);
        stop.store(true, Ordering::Relaxed);
        Err(io::Error::other("the host says more than is read"))
    }

    fn count(&self, bytes: usize) {
        self.brake.said.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl<R: Read> Read for Body<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.within()?;
        let read = self.inner.read(into)?;
        self.count(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Body<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.within()?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count(amount);
        self.inner.consume(amount);
    }
}
