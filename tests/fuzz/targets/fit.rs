//! Fitting a report into what GitHub takes: never longer, no mark left, nothing left open.

use foliolens::report::fit::{Limit, fit};

pub fn run(data: &[u8]) {
    let Some((limit, rest)) = data.split_at_checked(2) else { return };
    let most = usize::from(u16::from_le_bytes([limit[0], limit[1]]));
    // Both ways of counting, by the lowest bit.
    let limit = if most % 2 == 0 { Limit::Characters(most) } else { Limit::Bytes(most) };
    let text = String::from_utf8_lossy(rest);
    let fitted = fit(&text, limit);
    assert!(limit.holds(&fitted), "{} bytes of {limit:?}", fitted.len());
    if most > 200 {
        let (mut fence, mut folds) = (false, 0_i64);
        for line in fitted.lines().map(str::trim_start) {
            if line.starts_with("```") {
                fence = !fence;
            } else if !fence {
                folds += line.matches("<details>").count() as i64;
                folds = (folds - line.matches("</details>").count() as i64).max(0);
            }
        }
        // What fits as it is keeps what it had open.
        let is_cut = fitted.len() < text.len();
        assert!(!is_cut || text.contains("<!-- section") || (!fence && folds == 0), "{fitted}");
    }
}
