//! How much is looked for in one text, and what is said where there was more.

use super::decode::{ARCHIVE_DEPTH, DEPTH};
use super::judgement::Judgement;
use crate::Limits;

/// Which limits struck in a text, so that it was not looked into as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cut {
    /// More is encoded or packed in it than [`Limits::views`] and [`Limits::unpacked`].
    pub(super) packed: bool,
    /// Something is encoded or packed in too many others.
    pub(super) deep: bool,
    /// More looks like a credential than [`Limits::credentials`].
    pub(super) found: bool,
    /// A rule looked at it as often as [`Limits::looks`].
    pub(super) looked: bool,
}

impl Cut {
    /// Whether some of it was not looked at as it stands.
    pub(super) fn is_of_plain_text(self) -> bool {
        self.found || self.looked
    }

    /// Each limit that struck, as it follows "not looked at:".
    pub(crate) fn sentences(self, limits: &Limits) -> impl Iterator<Item = String> {
        let Limits { views, unpacked, credentials, looks, .. } = *limits;
        let said = |what| format!("{what}: what is beyond was not looked into for credentials");
        let packed = || format!("with more than {views} encoded or packed texts, or {} MiB of them", unpacked >> 20);
        let deep =
            || format!("with what is encoded more than {DEPTH} times, or packed more than {ARCHIVE_DEPTH} times");
        let found = || {
            let innocent = Room::of(credentials).innocent;
            format!(
                "with more than {credentials} values that look like credentials, or {innocent} that only stand for some"
            )
        };
        let looked = || format!("with {looks} places or more that a rule looks at");
        [self.packed.then(packed), self.deep.then(deep), self.found.then(found), self.looked.then(looked)]
            .into_iter()
            .flatten()
            .map(said)
    }
}

/// How much more may be found in one text: a list of test vectors has more, or an attack on our time or memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// What may be a credential.
    notable: usize,
    /// What is none by its value: nobody hides a credential behind placeholders.
    innocent: usize,
    /// Whether there was more than there is room for.
    pub(super) is_full: bool,
}

impl Room {
    /// For so many that may be credentials.
    pub(super) fn of(notable: usize) -> Self {
        Room { notable, innocent: notable * 10, is_full: false }
    }

    /// Takes in one that is judged so; whether there was room for it.
    pub(super) fn takes(&mut self, judgement: Judgement) -> bool {
        let left = if judgement.innocent().is_some() { &mut self.innocent } else { &mut self.notable };
        match left.checked_sub(1) {
            Some(less) => *left = less,
            None => self.is_full = true,
        }
        !self.is_full
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use crate::Limits;
    use crate::secrets::engine::Looked;
    use crate::secrets::{FingerprintKey, Scanner, example};

    fn within(limits: &Limits, text: &[u8]) -> Looked {
        let scanner = Scanner::for_texts(1, FingerprintKey::default()).within(limits);
        scanner.look_into(text, &mut scanner.lines(text))
    }

    /// What may be a credential, and another for each number.
    fn token(number: usize) -> String {
        format!("password = \"hT{number}!qWz8pLx\"\n")
    }

    #[test]
    fn placeholders_hide_no_credential_behind_them() {
        let text = format!("{}{}", "password = \"changeme\"\n".repeat(600), example("slack-token"));
        let Looked { hits, cut, .. } = within(&Limits::default(), text.as_bytes());
        assert_eq!(hits.len(), 601);
        assert!(hits.last().is_some_and(|hit| hit.rule == "slack-token"));
        assert_eq!(cut.sentences(&Limits::default()).count(), 0);
    }

    #[test]
    fn each_limit_that_strikes_is_said_and_one_that_does_not_is_not() {
        let limits = Limits { credentials: 4, looks: 20, ..Limits::default() };
        let tokens = |count| (0..count).map(token).collect::<String>();
        let encoded = |count| (0..count).map(|number| STANDARD.encode(token(number)) + "\n\n").collect::<String>();
        let found = "more than 4 values that look like credentials, or 40 that only stand for some";
        for (text, said) in [
            (tokens(4), None),
            (tokens(5), Some(found)),
            (encoded(5), Some(found)),
            ("password = \"${X}\"\n".repeat(5), None),
            ("password = \"${X}\"\n".repeat(40), Some("with 20 places or more that a rule looks at")),
        ] {
            let cut: Vec<String> = within(&limits, text.as_bytes()).cut.sentences(&limits).collect();
            assert_eq!(cut.len(), usize::from(said.is_some()), "{text}: {cut:?}");
            assert!(said.is_none_or(|said| cut[0].contains(said)), "{text}: {cut:?}");
        }
        let limits = Limits { credentials: 4, ..Limits::default() };
        let cut = within(&limits, "password = \"changeme\"\n".repeat(41).as_bytes()).cut;
        assert!(cut.sentences(&limits).any(|why| why.contains(found)));
    }

    #[test]
    fn what_is_packed_too_deep_is_said() {
        let gzip = |bytes: &[u8]| {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(bytes).expect("in memory");
            gzip.finish().expect("in memory")
        };
        let limits = Limits::default();
        let twice = gzip(&gzip(example("slack-token").as_bytes()));
        let Looked { hits, cut, .. } = within(&limits, &twice);
        assert_eq!((hits.len(), cut.sentences(&limits).count()), (1, 0));
        let cut: Vec<String> = within(&limits, &gzip(&twice)).cut.sentences(&limits).collect();
        assert!(cut.len() == 1 && cut[0].contains("packed more than 2 times"), "{cut:?}");
    }

    #[test]
    fn nothing_is_shown_of_a_text_that_was_not_looked_at_to_its_end() {
        let scanner = Scanner::for_texts(1, FingerprintKey::default());
        let many: String = (0..501).map(token).collect();
        let text = format!("{many}{}", example("slack-token"));
        let shown = scanner.redact(text.as_bytes()).shown(text.as_bytes());
        assert!(shown.starts_with("[credential-") && shown.ends_with(']') && shown.len() < 40, "{shown}");
    }
}
