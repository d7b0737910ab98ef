use super::*;

const SOUND: &str = "\
id: acme.no-print
language: Python
rule:
  pattern: print($$$ALL)
metadata:
  statement: The server does not print
  remedy: Use the logger.
  needs: [print]
  positives: [\"print('a')\"]
  negatives: [\"log('a')\"]
";

fn read(text: &str) -> Result<OwnRules, Vec<Wrong>> {
    crate::own::read(&[OwnFile { name: "rules.yml".to_owned(), text: text.to_owned() }])
}

fn wrong(text: &str) -> String {
    match read(text) {
        Ok(_) => panic!("accepted: {text}"),
        Err(wrong) => wrong[0].to_string(),
    }
}

#[test]
fn a_sound_rule_is_read_and_agrees_with_its_examples() {
    let rules = read(SOUND).expect("sound");
    let signal = &rules.signals()[0];
    assert_eq!((&*signal.id, &*signal.area, signal.expect), ("acme.no-print", "acme", Expect::None));
    assert_eq!(rules.test(), Tried { positives: 1, negatives: 1, failed: Vec::new() });
}

#[test]
fn a_rule_that_disagrees_with_its_examples_is_named_with_file_and_line() {
    let swapped = SOUND.replace("log('a')", "print(1)").replace("print('a')", "log(1)");
    let failed = read(&swapped).expect("sound").test().failed;
    assert!(failed.iter().all(|failed| failed.disagrees && failed.file == "rules.yml"));
    assert_eq!(
        failed.iter().map(|failed| &*failed.sentence).collect::<Vec<_>>(),
        [
            "rules.yml, line 1: acme.no-print (Python) does not match its positive `log(1)`.",
            "rules.yml, line 1: acme.no-print (Python) matches its negative `print(1)`.",
        ]
    );
}

#[test]
fn what_is_wrong_is_said_with_file_line_and_caret() {
    assert_eq!(
        wrong(&SOUND.replace("pattern: print($$$ALL)", "kind: no_such_kind")),
        "rules.yml, line 4: there is no kind of syntax `no_such_kind` in Python.\n  4 |   kind: no_such_kind\n    |         ^"
    );
    assert_eq!(
        wrong(&SOUND.replace("  remedy:", "  remedi:")),
        "rules.yml, line 7: there is no `remedi` in `metadata`; there are statement, area, remedy, effort, expect, \
         in_tests, needs, positives, negatives.\n  7 |   remedi: Use the logger.\n    |   ^"
    );
    for (from, to, line, part) in [
        ("Python", "Klingon", 2, "no language `Klingon`"),
        ("acme.no-print", "print", 1, "an id is an area and a name"),
        ("acme.no-print", "tests.exist", 1, "`tests.exist` is a signal of foliolens"),
        ("pattern: print($$$ALL)", "regex: '('", 4, "no regular expression"),
        ("pattern: print($$$ALL)", "matches: nothing-such", 4, "this rule can not be used"),
        ("pattern: print($$$ALL)", "not: {pattern: a}", 4, "this rule can not be used"),
        ("rule:", "fix: a\nrule:", 3, "there is no `fix`"),
        ("[print]", "print", 8, "`needs` is a list"),
        ("language: Python", "language: [", 4, "this is not YAML"),
        ("The server does not print", "''", 6, "`statement` is a sentence"),
    ] {
        let said = wrong(&SOUND.replacen(from, to, 1));
        assert!(said.contains(part), "{to}: {said}");
        assert!(said.starts_with(&format!("rules.yml, line {line}: ")), "{to}: {said}");
        assert_eq!(said.lines().count(), 3, "{said}");
        assert!(said.ends_with('^'), "{said}");
    }
}

#[test]
fn the_caret_stands_below_the_fault_however_deep_it_is() {
    let with = |rule: &str| SOUND.replace("  pattern: print($$$ALL)\n", rule);
    for (rule, line, shown) in [
        ("  kind: call\n  inside:\n    kind: module\n    stopBy: ende\n", 7, "    stopBy: ende"),
        ("  pattern: print($A)\nconstraints:\n  B: {regex: a}\n", 6, "  B: {regex: a}"),
        ("  pattern: print($A)\n  matches: nothing\n", 5, "  matches: nothing"),
        ("  any:\n    - kind: call\n    - pattern: {context: 'a()', selector: nope}\n", 6, "    - pattern: "),
        ("  kind: call\n  nthChild: x\n", 5, "  nthChild: x"),
        ("  kind: call\n  has: {field: nope, kind: string}\n", 5, "  has: {field"),
        ("  pattern: print($$$ALL\n", 4, "  pattern: print($$$ALL"),
    ] {
        let said = wrong(&with(rule));
        assert!(said.starts_with(&format!("rules.yml, line {line}: ")), "{rule}: {said}");
        assert!(said.contains(&format!("{line} | {shown}")), "{rule}: {said}");
    }
    let open = wrong(&with("  pattern: print($$$ALL\n"));
    assert!(open.contains("this does not parse as Python; a bracket or a quote may be missing"), "{open}");
    let globs = SOUND.replace("metadata:", "files:\n  - 'src/**'\n  - '{a,b'\nmetadata:");
    assert!(wrong(&globs).starts_with("rules.yml, line 7: `{a,b` is no pattern of paths"), "{}", wrong(&globs));
}

#[test]
fn rules_are_bounded_in_size_number_and_nesting() {
    assert!(wrong(&"#".repeat(LARGEST + 1)).contains("larger than 64 KiB"));
    let many: String = (0..=MOST_RULES)
        .map(|number| format!("---\n{}", SOUND.replace("no-print", &format!("rule-{number}"))))
        .collect();
    assert!(many.len() < LARGEST, "{}", many.len());
    assert!(wrong(&many).contains("more than 200 rules"));
    let deep = format!("{}{{pattern: a}}{}", "{has: ".repeat(20), "}".repeat(20));
    let said = wrong(&SOUND.replace("  pattern: print($$$ALL)", &format!("  all: [{deep}]")));
    assert!(said.contains("nested deeper"), "{said}");
    let bomb = format!("a: {}", "[".repeat(30_000));
    assert!(wrong(&bomb).starts_with("rules.yml, line 1: "), "{}", wrong(&bomb));
    assert!(wrong("a: &a [x]\nb: [*a, *a]\n").contains("refers to itself"), "{}", wrong("a: &a [x]\nb: [*a, *a]\n"));
    let files: Vec<OwnFile> =
        (0..=MOST_FILES).map(|number| OwnFile { name: format!("{number}.yml"), text: SOUND.to_owned() }).collect();
    assert!(crate::own::read(&files).expect_err("too many")[0].to_string().contains("51 files"));
}

#[test]
fn rules_with_one_id_are_one_signal_and_must_say_the_same() {
    let go = SOUND.replace("Python", "Go").replace("print($$$ALL)", "fmt.Println($$$ALL)").replace("[print]", "[fmt]");
    let both = read(&format!("{SOUND}---\n{go}")).expect("sound");
    assert_eq!((both.signals().len(), both.count()), (1, 2));
    assert_eq!(both.signals()[0].languages, [Language::Go, Language::Python]);
    assert!(wrong(&format!("{SOUND}---\n{}", go.replace("logger", "log"))).contains("another header"));
    // Each rule has files of its own.
    let apart = read(&format!("files: [\"cmd/**\"]\n{go}---\n{SOUND}")).expect("sound");
    let looks_at = |path| apart.signals()[0].looks_at(path);
    assert_eq!(["cmd/main.go", "main.go", "app.py"].map(looks_at), [true, false, true]);
    assert!(wrong(&format!("{SOUND}---\n{SOUND}")).contains("two rules with the id"));
}

#[test]
fn a_rule_for_javascript_runs_on_typescript_too_and_only_where_its_files_are() {
    let rule = SOUND
        .replace("Python", "JavaScript")
        .replace("print($$$ALL)", "console.log($$$ALL)")
        .replace("[print]", "[console]")
        .replace("metadata:", "files: ['src/**']\nignores: ['**/generated/**']\nmetadata:");
    let rules = read(&rule).expect("sound");
    let signal = &rules.signals()[0];
    assert_eq!(signal.languages, [Language::JavaScript, Language::TypeScript, Language::Tsx]);
    assert!(signal.looks_at("src/a.ts") && !signal.looks_at("lib/a.ts") && !signal.looks_at("src/generated/a.ts"));
}
