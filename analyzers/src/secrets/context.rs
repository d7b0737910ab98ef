//! What the text around a value says of it.

/// What stands around a value.
pub(super) struct Context<'blob> {
    pub(super) whole: &'blob [u8],
    pub(super) user: Option<&'blob [u8]>,
    pub(super) host: Option<&'blob [u8]>,
    pub(super) text: &'blob [u8],
    pub(super) at: usize,
}
