use super::*;

fn read(comment: &str) -> Option<Command> {
    Reader { slug: "foliolens", web: "github.com" }.read(comment)
}

fn targets(comment: &str) -> Vec<String> {
    match read(comment) {
        Some(Command::Review(review)) => review.targets.iter().map(ToString::to_string).collect(),
        other => panic!("{comment}: {other:?}"),
    }
}

#[test]
fn targets_are_names_addresses_and_people() {
    assert_eq!(targets("/review ana/shop"), ["ana/shop"]);
    assert_eq!(
        targets("Hello\n/review ana/my_shop_api https://github.com/ana/blog.git @bo"),
        ["ana/my_shop_api", "ana/blog", "@bo"]
    );
    assert_eq!(targets("@Foliolens review ana/shop ana/shop"), ["ana/shop"]);
    assert_eq!(targets("/review"), Vec::<String>::new());
    // Copied from a browser.
    assert_eq!(
        targets(
            "/review github.com/ana/shop https://www.github.com/ana/blog/?tab=readme-ov-file https://github.com/bo"
        ),
        ["ana/shop", "ana/blog", "@bo"]
    );
    assert_eq!(targets("/review HTTPS://GitHub.com/Ana/Shop"), ["Ana/Shop"]);
    for page in [
        "tree/main",
        "blob/main/src/a.py#L3",
        "pull/5/files",
        "issues?q=is%3Aopen",
        "commit/abc",
        "pulls/",
        "releases/tag/v1",
    ] {
        assert_eq!(targets(&format!("/review https://github.com/ana/shop/{page}")), ["ana/shop"], "{page}");
    }
    for none in ["https://github.com/orgs/acme/people", "ana/shop/tree/main", "https://github.com/ana/shop/x"] {
        assert!(matches!(read(&format!("/review {none}")), Some(Command::Unknown { .. })), "{none}");
    }
    let elsewhere = Reader { slug: "foliolens", web: "github.example.org:8443/git" };
    let Some(Command::Review(review)) =
        elsewhere.read("/review https://github.example.org:8443/git/ana/shop github.example.org:8443/git/bo")
    else {
        panic!("no review")
    };
    assert_eq!(review.targets.iter().map(ToString::to_string).collect::<Vec<_>>(), ["ana/shop", "@bo"]);
}

#[test]
fn lines_may_end_as_a_browser_ends_them() {
    assert_eq!(targets("Hello\r\n\r\nplease:\r\n/review ana/shop\r\nThanks\r\n"), ["ana/shop"]);
    assert_eq!(read("> /review ana/shop\r\n\r\n```\r\n/review a/b\r\n```\r\n"), None);
}

#[test]
fn a_comment_full_of_tags_without_an_end_is_read_at_once() {
    for line in ["<b>\n\n", "a\n\n", "a <b>\n\n"] {
        let comment = format!("<div a=\"{}\n\n{}/review a/b", "x ".repeat(15_000), line.repeat(30_000 / line.len()));
        let began = std::time::Instant::now();
        assert_eq!(read(&comment), None);
        assert!(began.elapsed().as_secs() < 20, "{line:?}: {:?}", began.elapsed());
    }
}

#[test]
fn options_are_read_and_nothing_else_is_one() {
    let Some(Command::Review(review)) = read("/review a/b --profile trial --since=v1.0 --only tests,secrets") else {
        panic!("no review")
    };
    assert_eq!(review.trial, Some(true));
    assert_eq!(review.since.as_deref(), Some("v1.0"));
    assert_eq!(review.only, ["tests", "secrets"]);
    let Some(Command::Review(review)) = read("/review a/b --template https://github.com/acme/trial") else {
        panic!("no review")
    };
    assert_eq!(
        (review.template.map(|name| name.to_string()).as_deref(), review.trial),
        (Some("acme/trial"), Some(true))
    );
    for comment in [
        "/review a/b --template",
        "/review a/b --template @acme",
        "/review a/b --template ../trial",
        "/review a/b --since HEAD^{/x}",
        "/review a/b --since -x",
        "/review a/b --format json",
        "/review a/b --only Nonsense",
        "/review a/b --profile",
        "/review https://example.com/a/b",
        "/review ../etc/passwd",
    ] {
        assert!(matches!(read(comment), Some(Command::Unknown { .. })), "{comment}: {:?}", read(comment));
    }
}

#[test]
fn no_command_is_longer_than_anybody_means_it() {
    let areas = |count: usize| (0..count).map(|number| format!("a{number}")).collect::<Vec<_>>().join(",");
    let Some(Command::Review(review)) = read(&format!("/review a/b --only {}", areas(50))) else { panic!("no review") };
    assert_eq!(review.only.len(), 50);
    let began = std::time::Instant::now();
    let Some(Command::Unknown { word, nearest }) = read(&format!("/review a/b --only {}", areas(9_000))) else {
        panic!("understood")
    };
    assert_eq!((&*word, &*nearest), ("--only with more than 50 areas", "OWNER/REPO --only AREA"));
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}

#[test]
fn quotes_code_links_and_html_command_nobody() {
    for comment in [
        "> /review a/b",
        "`/review a/b`",
        "```\n/review a/b\n```",
        "    /review a/b",
        "<!-- /review a/b -->",
        "<p>\n/review a/b\n</p>",
        "<blockquote>\n\n/review a/b\n\n</blockquote>",
        "Ana wrote: <blockquote>\n\n/review a/b",
        "<ul><li>\n\n/review a/b\n\n</li></ul>",
        "<blockquote>\n</div>\n\n/review a/b",
        "<details>\n<summary>Before</summary>\n\n/review a/b\n</details>",
        "[/review a/b](https://x.y)",
        "- /review a/b",
        "please /review a/b",
        "/reviews a/b",
        "@somebody review a/b",
        "@foliolens hello",
        "/review `a/b`",
        "**/review a/b**",
        "~~/review a/b~~",
        "/review ~~a/b~~",
        "Command | Meaning\n--- | ---\n/review help | what there is",
        "A note[^1].\n\n[^1]: It says\n    /review a/b",
        "> [!NOTE]\n> /review a/b",
    ] {
        assert_eq!(read(comment), None, "{comment}");
    }
    assert!(read("<details>\n\nold\n\n</details>\n\n/review a/b").is_some(), "what is closed is over");
    assert!(read("<img src=\"x\">\n\n/review a/b").is_some());
    assert!(read("<!-- put your <name> here -->\n\n/review a/b").is_some());
    assert!(read("A Vec<T> of <name>\n\n/review a/b").is_some());
}

#[test]
fn a_misspelt_word_gets_the_nearest() {
    let Some(Command::Unknown { word, nearest }) = read("/review hepl") else { panic!("understood") };
    assert_eq!((word.as_str(), nearest.as_str()), ("hepl", "help"));
    let hint = |comment: &str| match read(comment) {
        Some(Command::Unknown { nearest, .. }) => nearest,
        other => panic!("{comment}: {other:?}"),
    };
    for (comment, nearest) in [
        ("/review cancel please", "cancel"),
        ("/review explain", "explain SIGNAL"),
        ("/review ana/shop --profile trail", "OWNER/REPO --profile trial"),
        ("/review ana/shop --sinc v1", "OWNER/REPO --since COMMIT"),
        ("/review https://example.org/ana/shop", ""),
        ("/review --profile trail", "--profile trial"),
        ("/review --profile", "--profile trial"),
        ("/review tets", "OWNER/REPO --only tests"),
        ("/review --sinc v1 ana/shop", "OWNER/REPO --since COMMIT"),
    ] {
        assert_eq!(hint(comment), nearest, "{comment}");
    }
    let Some(Command::Unknown { word, .. }) = read("/review ana/shop --profile") else { panic!("understood") };
    assert_eq!(word, "--profile without a value");
    let Command::Unknown { nearest, .. } = unknown("tets".to_owned(), true) else { panic!("understood") };
    assert_eq!(nearest, "--only tests");
    let Command::Unknown { nearest, .. } = unknown("test".to_owned(), false) else { panic!("understood") };
    assert_eq!(nearest, "OWNER/REPO --only tests");
    assert_eq!(read("/review explain readme.setup"), Some(Command::Explain("readme.setup".to_owned())));
}
