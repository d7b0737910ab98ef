//! Fits a report into what GitHub takes: whole sections fall before sentences, and what fell is said.
//!
//! Templates mark where a section begins: a line `<!-- section KEEP TITLE -->`. The higher `KEEP` (0 to 9), the later it
//! falls; 9 never falls as a whole. Text from a repository can't hold such a line, because its `<` is escaped. Public, so
//! that fuzzing (`tests/fuzz`) can try it.

use super::words::words;

/// How much a text may hold, as whoever takes it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Code points.
    Characters(usize),
    /// Bytes of UTF-8.
    Bytes(usize),
}

/// What GitHub takes in a comment.
pub const COMMENT: Limit = Limit::Characters(65_536);

/// What GitHub takes in the summary or the text of a check run. Its documentation says characters, its refusal
/// "maximum bytesize": <https://github.com/github/docs/issues/35252>.
pub const CHECK_RUN: Limit = Limit::Bytes(65_535);

impl Limit {
    /// Whether `text` may be so long.
    pub fn holds(self, text: &str) -> bool {
        self.count(text) <= self.most()
    }

    /// What is left beside `text`.
    pub fn beside(self, text: &str) -> Self {
        self.less(self.count(text))
    }

    /// Smaller by `count`.
    pub fn less(self, count: usize) -> Self {
        match self {
            Limit::Characters(most) => Limit::Characters(most.saturating_sub(count)),
            Limit::Bytes(most) => Limit::Bytes(most.saturating_sub(count)),
        }
    }

    /// As much of the beginning of `text` as it takes.
    pub fn first(self, text: &str) -> &str {
        match self {
            Limit::Characters(most) => text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end]),
            Limit::Bytes(most) => &text[..text.floor_char_boundary(most)],
        }
    }

    fn most(self) -> usize {
        match self {
            Limit::Characters(most) | Limit::Bytes(most) => most,
        }
    }

    fn count(self, text: &str) -> usize {
        match self {
            Limit::Characters(_) => text.chars().count(),
            Limit::Bytes(_) => text.len(),
        }
    }
}

const MARK: &str = "<!-- section ";
const ALWAYS: u8 = 9;

struct Section<'a> {
    keep: u8,
    title: &'a str,
    text: String,
}

/// `marked` without its marks, within `limit`.
pub fn fit(marked: &str, limit: Limit) -> String {
    let mut sections = sections(marked);
    let mut fallen: Vec<(usize, String)> = Vec::new();
    loop {
        let whole = joined(&sections, &fallen);
        if limit.holds(&whole) {
            return whole;
        }
        // The last of those that matter least.
        let next = (0..sections.len())
            .rev()
            .filter(|&index| sections[index].keep < ALWAYS && !sections[index].text.is_empty())
            .min_by_key(|&index| sections[index].keep);
        match next {
            Some(index) => {
                sections[index].text.clear();
                fallen.push((index, sections[index].title.to_owned()));
            }
            None => return cut(&whole, limit),
        }
    }
}

fn sections(marked: &str) -> Vec<Section<'_>> {
    let mut sections = vec![Section { keep: ALWAYS, title: "", text: String::new() }];
    for line in marked.split_inclusive('\n') {
        let mark = line.trim_end().strip_prefix(MARK).and_then(|mark| mark.strip_suffix(" -->"));
        match mark.and_then(|mark| mark.split_once(' ')) {
            Some((keep, title)) => {
                let keep = keep.parse().unwrap_or(ALWAYS);
                sections.push(Section { keep, title, text: String::new() });
            }
            None => {
                if let Some(section) = sections.last_mut() {
                    section.text.push_str(line);
                }
            }
        }
    }
    sections
}

/// What is left, with a sentence on what is not.
fn joined(sections: &[Section], fallen: &[(usize, String)]) -> String {
    let mut text: String = sections.iter().map(|section| section.text.as_str()).collect();
    if !fallen.is_empty() {
        let mut in_order = fallen.to_vec();
        in_order.sort();
        let mut titles: Vec<String> = in_order.into_iter().map(|(_, title)| title).collect();
        titles.dedup();
        text.push_str(&format!("\n_{}_\n", words().cut(&titles)));
    }
    text
}

/// As many whole lines as there is room for, with what they opened closed.
fn cut(text: &str, limit: Limit) -> String {
    let end = format!("\n_{}_\n", words().cut_short);
    let mut lines: Vec<&str> = Vec::new();
    let mut left = limit.beside(&end);
    for line in text.split_inclusive('\n') {
        let open = closers(lines.iter().chain([&line]).copied());
        if !left.beside(line).holds(&open) || !left.holds(line) {
            break;
        }
        left = left.beside(line);
        lines.push(line);
    }
    let open = closers(lines.iter().copied());
    let whole = lines.concat() + &open + &end;
    // A limit smaller than the sentence itself.
    limit.first(&whole).to_owned()
}

/// What closes the fences and folds that `lines` leave open.
fn closers<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let (mut fence, mut folds) = (false, 0usize);
    for line in lines {
        let line = line.trim_start();
        if line.starts_with("```") {
            fence = !fence;
        } else if !fence {
            folds = (folds + line.matches("<details>").count()).saturating_sub(line.matches("</details>").count());
        }
    }
    let fence = if fence { "\n```\n" } else { "" };
    format!("{fence}{}", "\n</details>\n".repeat(folds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MARKED: &str = "# Title\n<!-- section 9 top -->\nfirst\n<!-- section 2 the middle -->\nlong text\n<details>\n\nmore\n\n</details>\n<!-- section 1 the end -->\nlast\n";

    #[test]
    fn what_fits_is_left_alone() {
        assert_eq!(
            fit(MARKED, Limit::Characters(1000)),
            "# Title\nfirst\nlong text\n<details>\n\nmore\n\n</details>\nlast\n"
        );
    }

    #[test]
    fn whole_sections_fall_first_and_it_is_said() {
        let marked = MARKED.replace("last", &"last ".repeat(100));
        let fitted = fit(&marked, Limit::Bytes(400));
        assert!(fitted.contains("long text") && !fitted.contains("last "), "{fitted}");
        assert!(fitted.contains("the end"), "{fitted}");
    }

    #[test]
    fn a_comment_is_counted_in_characters_and_a_check_run_in_bytes() {
        let text = "é".repeat(40_000) + "\n";
        assert_eq!(fit(&text, COMMENT), text);
        assert!(fit(&text, CHECK_RUN).contains(&words().cut_short));
        for (exactly, limit) in [("é".repeat(65_536), COMMENT), ("x".repeat(65_535), CHECK_RUN)] {
            assert_eq!(fit(&exactly, limit), exactly);
            let longer = format!("{exactly}x");
            assert!(!limit.holds(&longer) && limit.holds(&fit(&longer, limit)));
        }
    }

    /// Sections with what each keeps and how many lines it has; every line says whose it is.
    fn report(parts: &[(u8, usize)]) -> String {
        let section = |(index, (keep, lines)): (usize, &(u8, usize))| {
            let line = format!("line of {index}: é {}\n", "word ".repeat(12));
            format!("<!-- section {keep} title {index}. -->\n{}", line.repeat(*lines))
        };
        parts.iter().enumerate().map(section).collect()
    }

    fn lines_of(text: &str, index: usize) -> usize {
        text.matches(&format!("line of {index}: ")).count()
    }

    proptest! {
        #[test]
        fn sections_fall_whole_and_the_least_first_and_lines_only_when_all_have_fallen(
            parts in proptest::collection::vec((0u8..=9, 1usize..400), 1..12),
            limit in prop_oneof![Just(COMMENT), Just(CHECK_RUN)],
        ) {
            let fitted = fit(&report(&parts), limit);
            prop_assert!(limit.holds(&fitted));
            let of = |index: usize| lines_of(&fitted, index);
            let fallen = |index: &usize| parts[*index].0 < ALWAYS && of(*index) == 0;
            let all = || 0..parts.len();
            let says = |sentence: &str| fitted.contains(sentence);
            let is_cut = says(&words().cut_short);
            for index in all() {
                let (keep, lines) = parts[index];
                if keep < ALWAYS {
                    prop_assert!(of(index) == 0 || of(index) == lines, "half of section {index}");
                } else if of(index) < lines {
                    prop_assert!(is_cut && all().all(|other| parts[other].0 == ALWAYS || fallen(&other)));
                }
            }
            let highest = all().filter(fallen).map(|index| parts[index].0).max();
            let lowest = all().filter(|index| parts[*index].0 < ALWAYS && !fallen(index)).map(|index| parts[index].0).min();
            prop_assert!(highest.is_none() || lowest.is_none() || highest <= lowest, "{highest:?} {lowest:?}");
            for index in all().filter(fallen) {
                prop_assert!(is_cut || says(&format!("title {index}.")), "it is not said that section {index} fell");
            }
            prop_assert!(is_cut || highest.is_some() || all().all(|index| of(index) == parts[index].1));
        }
    }

    proptest! {
        #[test]
        fn whatever_the_limit_it_is_kept_and_nothing_stays_open(
            parts in proptest::collection::vec(prop_oneof![
                Just("<!-- section 9 a -->"), Just("<!-- section 3 b -->"), Just("<!-- section 1 c -->"), Just("é text"),
                Just("<details>\n\nfolded\n\n</details>"), Just("```\ncode\n```"),
            ], 0..40),
            most in 0usize..900,
            is_bytes in proptest::bool::ANY,
        ) {
            let limit = if is_bytes { Limit::Bytes(most) } else { Limit::Characters(most) };
            let fitted = fit(&(parts.join("\n") + "\n"), limit);
            prop_assert!(limit.holds(&fitted));
            let marks = fitted.contains(MARK);
            prop_assert!(!marks, "{}", fitted);
            if most > 200 {
                prop_assert_eq!(closers(fitted.split_inclusive('\n')), "");
            }
        }
    }
}
