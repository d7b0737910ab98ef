//! Fits a report into a limit of characters: whole sections fall before sentences, and what fell is said.
//!
//! Templates mark where a section begins: a line `<!-- section KEEP TITLE -->`. The higher `KEEP` (0 to 9), the later it
//! falls; 9 never falls as a whole. Text from a repository can't hold such a line, because its `<` is escaped. Public, so
//! that fuzzing (`tests/fuzz`) can try it.

use super::words::words;

/// What GitHub takes in a comment, in characters.
pub const COMMENT: usize = 65_536;

/// What GitHub takes in the summary or the text of a check run, in characters.
pub const CHECK_RUN: usize = 65_535;

const MARK: &str = "<!-- section ";
const ALWAYS: u8 = 9;

struct Section<'a> {
    keep: u8,
    title: &'a str,
    text: String,
}

/// `marked` without its marks, in at most `limit` characters.
pub fn fit(marked: &str, limit: usize) -> String {
    let mut sections = sections(marked);
    let mut fallen: Vec<(usize, String)> = Vec::new();
    loop {
        let whole = joined(&sections, &fallen);
        if whole.chars().count() <= limit {
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
fn cut(text: &str, limit: usize) -> String {
    let end = format!("\n_{}_\n", words().cut_short);
    let mut lines: Vec<&str> = Vec::new();
    let mut used = end.chars().count();
    for line in text.split_inclusive('\n') {
        let open = closers(lines.iter().chain([&line]).copied());
        if used + line.chars().count() + open.chars().count() > limit {
            break;
        }
        used += line.chars().count();
        lines.push(line);
    }
    let open = closers(lines.iter().copied());
    let whole = lines.concat() + &open + &end;
    // A limit smaller than the sentence itself.
    if whole.chars().count() > limit { whole.chars().take(limit).collect() } else { whole }
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
        assert_eq!(fit(MARKED, 1000), "# Title\nfirst\nlong text\n<details>\n\nmore\n\n</details>\nlast\n");
    }

    #[test]
    fn whole_sections_fall_first_and_it_is_said() {
        let marked = MARKED.replace("last", &"last ".repeat(100));
        let fitted = fit(&marked, 400);
        assert!(fitted.contains("long text") && !fitted.contains("last "), "{fitted}");
        assert!(fitted.contains("the end"), "{fitted}");
    }

    proptest! {
        #[test]
        fn whatever_the_limit_it_is_kept_and_nothing_stays_open(
            parts in proptest::collection::vec(prop_oneof![
                Just("<!-- section 9 a -->"), Just("<!-- section 3 b -->"), Just("<!-- section 1 c -->"), Just("é text"),
                Just("<details>\n\nfolded\n\n</details>"), Just("```\ncode\n```"),
            ], 0..40),
            limit in 0usize..900,
        ) {
            let fitted = fit(&(parts.join("\n") + "\n"), limit);
            prop_assert!(fitted.chars().count() <= limit);
            let marks = fitted.contains(MARK);
            prop_assert!(!marks, "{}", fitted);
            if limit > 200 {
                prop_assert_eq!(closers(fitted.split_inclusive('\n')), "");
            }
        }
    }
}
