//! Sections on what happens to a change once it is merged, which may end with a version in service.

use std::sync::LazyLock;

use regex::Regex;

use crate::documents::{Document, Heading, pattern};

/// Whether a section on merging, pushing or the pipeline says that it puts a version into service.
pub(super) fn tells_of_delivery(document: &Document, heading: &Heading) -> bool {
    static HEADING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(merg\w+|push\w*|pipelines?|ci ?/ ?cd|continuous (delivery|integration)|github actions|entrega cont[íi]nua)\b",
        )
    });
    static DELIVERS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(deploys|deployed|deploy (to|on|in|en)|rolls? (it )?out|rolled out|puts? (it |a version )?into production",
            r"|despliega\w*|desplegad\w+|deploya\w*|implantad\w+|publica\w* (em|en) produ|(the|el|no|em|ao) cluster|(schema|version|imagen?) (de|in|em) prod)\b"
        ))
    });
    HEADING.is_match(&heading.text) && document.section(heading).any(|line| DELIVERS.is_match(&line.text))
}
