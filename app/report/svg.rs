//! A picture of the terminal report, for a README: text in a frame, readable in light and dark surroundings.

use std::fmt::Write;

use textwrap::core::display_width;

use super::page::{Ink, Page};

const COLUMN: f64 = 8.43;
const LINE: usize = 20;
const MARGIN: usize = 24;
const BAR: usize = 36;

/// `page` as an SVG that needs nothing from elsewhere.
pub(super) fn render(page: &Page, title: &str) -> String {
    let columns = page.lines.iter().map(|line| line.iter().map(|span| display_width(&span.text)).sum()).max();
    let width = columns.unwrap_or(0usize).max(page.width()) as f64 * COLUMN + 2.0 * MARGIN as f64;
    let width = width.ceil() as usize;
    let height = page.lines.len() * LINE + BAR + MARGIN;
    let title = escape(title);
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{title}">
<title>{title}</title>
<style>
text {{ font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; fill: #d6dbe4; white-space: pre }}
.title {{ font-weight: 700; fill: #f4f6fa }} .faint {{ fill: #8b94a5 }} .good {{ fill: #7fd18c }} .fair {{ fill: #e6c06a }} .bad {{ fill: #f2868b }}
</style>
<rect width="{width}" height="{height}" rx="10" fill="#171b22"/>
<circle cx="22" cy="20" r="6" fill="#39414e"/><circle cx="42" cy="20" r="6" fill="#39414e"/><circle cx="62" cy="20" r="6" fill="#39414e"/>
"##
    );
    for (index, line) in page.lines.iter().enumerate() {
        let y = BAR + 16 + index * LINE;
        let mut column = 0;
        for span in line {
            let columns = display_width(&span.text);
            let text = span.text.trim_end();
            if !text.trim().is_empty() {
                let lead = text.len() - text.trim_start().len();
                let x = MARGIN as f64 + (column + lead) as f64 * COLUMN;
                // A stated length keeps columns aligned whichever font there is.
                let length = display_width(text.trim()) as f64 * COLUMN;
                let class = class(span.ink);
                let text = escape(text.trim());
                writeln!(svg, r#"<text x="{x:.1}" y="{y}" textLength="{length:.1}"{class}>{text}</text>"#)
                    .expect("a string takes everything");
            }
            column += columns;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Plain => "",
        Ink::Title => r#" class="title""#,
        Ink::Faint => r#" class="faint""#,
        Ink::Good => r#" class="good""#,
        Ink::Fair => r#" class="fair""#,
        Ink::Bad => r#" class="bad""#,
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::page::span;
    use super::*;

    #[test]
    fn text_is_escaped_and_placed_by_column() {
        let mut page = Page::new(60);
        page.line([span(Ink::Bad, "ab "), span(Ink::Plain, "<c>&")]);
        let svg = render(&page, "a \"b\"");
        assert!(svg.contains(r#"<text x="24.0" y="52" textLength="16.9" class="bad">ab</text>"#), "{svg}");
        assert!(svg.contains("&lt;c&gt;&amp;</text>"), "{svg}");
        assert!(svg.contains(r#"aria-label="a &quot;b&quot;""#), "{svg}");
    }
}
