//! The report for code scanning: SARIF 2.1.0. A finding in the history never claims a line of the current tree.

use std::collections::{BTreeMap, BTreeSet};

use foliolens_analyzers::{Outcome, registry};
use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Message, MultiformatMessageString, Notification,
    NotificationLevel, PhysicalLocation, PropertyBag, Region, ReportingDescriptor, Result as SarifResult, ResultKind,
    ResultLevel, Run, Sarif, Suppression, Tool, ToolComponent, VersionControlDetails,
};
use sha2::{Digest, Sha256};

use super::digest::{is_whole, short};
use super::model::{Place, Report, Signal};
use super::words::words;
use super::{permalink, prose};

/// One run a report.
pub(super) fn render(reports: &[Report]) -> String {
    let log = Sarif::builder()
        .schema("https://json.schemastore.org/sarif-2.1.0.json".to_owned())
        .version(json!("2.1.0"))
        .runs(reports.iter().map(run).collect::<Vec<_>>())
        .build();
    serde_json::to_string_pretty(&log).expect("SARIF has string keys only") + "\n"
}

fn run(report: &Report) -> Run {
    let rules = report.areas.iter().flat_map(|area| &area.signals).map(rule).collect::<Vec<_>>();
    let driver = ToolComponent::builder()
        .name("foliolens".to_owned())
        .version(report.foliolens.clone())
        .properties(properties([("ruleset", json!(report.ruleset)), ("config_hash", json!(report.config_hash))]))
        .rules(rules)
        .build();
    let invocation = Invocation::builder()
        .execution_successful(report.failed.is_none())
        .tool_execution_notifications(notifications(report));
    let results = report.areas.iter().flat_map(|area| &area.signals).flat_map(|signal| results(report, signal));
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .invocations(vec![invocation.build()])
        .results(results.collect::<Vec<_>>());
    match &report.web {
        Some(web) => {
            let mut details = VersionControlDetails::builder()
                .repository_uri(web.clone())
                .revision_id(report.repository.head.clone())
                .build();
            details.branch = report.repository.branch.clone();
            run.version_control_provenance(vec![details]).build()
        }
        None => run.build(),
    }
}

fn rule(signal: &Signal) -> ReportingDescriptor {
    let rule = ReportingDescriptor::builder().id(signal.id.clone());
    if let Some(statement) = &signal.own {
        let rule = rule.short_description(text(statement)).full_description(text(words().own_rule.trim()));
        return rule.properties(properties([("tags", json!(["own-rule"]))])).build();
    }
    let Some((area, meta)) = registry::signal(&signal.id) else { return rule.build() };
    let help = format!(
        "{}\n\nWhy: {}\n\nTo mend it: {}\n\nTo dispute it: {}",
        meta.looks_at, meta.why, meta.remedy, meta.dispute
    );
    rule.short_description(text(meta.statement))
        .full_description(text(meta.looks_at))
        .help(text(&help))
        .properties(properties([("tags", json!([area.id]))]))
        .build()
}

/// What could not be looked at, so that nobody takes its silence for praise.
fn notifications(report: &Report) -> Vec<Notification> {
    let notification = |level: NotificationLevel, text: String| {
        Notification::builder().level(json!(level)).message(Message::builder().text(text).build()).build()
    };
    if let Some(failed) = &report.failed {
        return vec![notification(NotificationLevel::Error, format!("{}: {}.", failed.target, failed.reason))];
    }
    let incomplete = (!report.complete).then(|| notification(NotificationLevel::Warning, words().incomplete.clone()));
    let skipped = prose::skipped(report).map(|text| notification(NotificationLevel::Note, text));
    incomplete.into_iter().chain(skipped).collect()
}

/// What is to be mended; what holds or was not judged is no result. Each credential is mended by itself, so it is a result by
/// itself (SARIF 2.1.0, 3.27.12); the places of any other signal are those of one fault.
fn results(report: &Report, signal: &Signal) -> Vec<SarifResult> {
    let level = match signal.outcome {
        _ if report.is_red_flag(signal) => ResultLevel::Error,
        Outcome::NotMet => ResultLevel::Warning,
        Outcome::Partly => ResultLevel::Note,
        Outcome::Met | Outcome::NotApplicable | Outcome::NotAssessable | Outcome::Error => return Vec::new(),
    };
    let places = signal.places.iter().filter(|place| !is_whole(place) || place.commit != report.repository.head);
    let places: Vec<&Place> = places.collect();
    if !signal.id.starts_with("secrets.") || places.len() < 2 {
        return vec![result(report, signal, level, &signal.summary, &places, fingerprint(&signal.id, &places))];
    }
    let mut known = BTreeSet::new();
    let each = places.iter().map(|place| {
        let shown = format!("{}: one of {} places.\n\n{}", prose::place(report, place), places.len(), signal.summary);
        // Two on one line are told apart by their order.
        let mut print = fingerprint(&signal.id, &[place]);
        for nth in 2.. {
            if known.insert(print.clone()) {
                break;
            }
            print = format!("{}-{nth}", fingerprint(&signal.id, &[place]));
        }
        result(report, signal, level, &shown, &[place], print)
    });
    each.collect()
}

fn result(
    report: &Report,
    signal: &Signal,
    level: ResultLevel,
    shown: &str,
    places: &[&Place],
    fingerprint: String,
) -> SarifResult {
    let readme = readme(report);
    let (here, past): (Vec<&Place>, Vec<&Place>) =
        places.iter().copied().partition(|place| place.commit == report.repository.head);
    let state = if here.is_empty() && !past.is_empty() { "history" } else { "head" };
    let remedy = signal.remedy.as_ref().map(|remedy| format!("\n\n{}", remedy.text)).unwrap_or_default();
    let commits: BTreeSet<&str> = past.iter().map(|place| &*place.commit).collect();
    let mut locations: Vec<Location> = here.into_iter().map(current).collect();
    locations.extend(past.into_iter().map(|place| historic(report, readme, place)));
    if locations.is_empty() {
        locations.push(whole_tree(readme));
    }
    let suppression =
        |reason: &String| vec![Suppression::builder().kind(json!("external")).justification(reason.clone()).build()];
    let mut result = SarifResult::builder()
        .rule_id(signal.id.clone())
        .level(level)
        .kind(ResultKind::Fail)
        .message(Message::builder().text(format!("{shown}{remedy}")).build())
        .locations(locations)
        .partial_fingerprints(BTreeMap::from([("foliolens/1".to_owned(), fingerprint)]))
        .properties(properties([
            ("state", json!(state)),
            ("kind", json!(signal.outcome)),
            ("own", json!(signal.own.is_some())),
            ("confidence", json!(signal.confidence)),
            ("commits", json!(commits)),
        ]))
        .build();
    result.suppressions = signal.suppressed.as_ref().map(suppression);
    result
}

/// The file that stands for the whole: GitHub refuses a log in which one result lies in no file
/// (<https://github.com/github/codeql-action/issues/1738>).
fn readme(report: &Report) -> &str {
    let found = report.areas.iter().flat_map(|area| &area.signals).find(|signal| signal.id == "readme.present");
    let path = found.and_then(|signal| signal.places.first()).map(|place| &*place.path);
    path.filter(|path| !path.is_empty()).unwrap_or("README.md")
}

/// What is nowhere in the tree.
fn whole_tree(readme: &str) -> Location {
    let whole = LogicalLocation::builder().name(words().whole_tree.clone()).kind("repository".to_owned());
    Location::builder().physical_location(file(readme)).logical_locations(vec![whole.build()]).build()
}

/// A file, and no line of it.
fn file(path: &str) -> PhysicalLocation {
    let artifact = ArtifactLocation::builder().uri(permalink::encode(path)).build();
    PhysicalLocation::builder().artifact_location(artifact).build()
}

/// A place in the tree under review.
fn current(place: &Place) -> Location {
    let mut physical = file(&place.path);
    if let (Some(start), Some(end)) = (place.start, place.end) {
        physical.region = Some(Region::builder().start_line(i64::from(start)).end_line(i64::from(end)).build());
    }
    Location::builder().physical_location(physical).build()
}

/// A place in an older commit. Its lines are not the tree's, so it has a name and a sentence but no position in its
/// file, which may be gone.
fn historic(report: &Report, readme: &str, place: &Place) -> Location {
    let name = format!("{}@{}", place.path, short(&place.commit));
    let logical = LogicalLocation::builder().name(name.clone()).fully_qualified_name(name).kind("commit".to_owned());
    Location::builder()
        .physical_location(file(if place.path.is_empty() { readme } else { &place.path }))
        .logical_locations(vec![logical.build()])
        .message(Message::builder().text(prose::place(report, place)).build())
        .properties(properties([
            ("state", json!("history")),
            ("commit", json!(place.commit)),
            ("path", json!(place.path)),
        ]))
        .build()
}

/// Stays the same as long as the signal speaks of the same files.
fn fingerprint(signal: &str, places: &[&Place]) -> String {
    let paths: BTreeSet<&str> = places.iter().map(|place| &*place.path).collect();
    let mut hash = Sha256::new();
    for part in std::iter::once(signal).chain(paths) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn text(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text.to_owned()).build()
}

fn properties<const N: usize>(named: [(&str, Value); N]) -> PropertyBag {
    let named = named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>();
    PropertyBag::builder().additional_properties(named).build()
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn log(report: Report) -> Value {
        serde_json::from_str(&render(&[report])).expect("JSON")
    }

    fn find<'a>(log: &'a Value, rule: &str) -> Option<&'a Value> {
        log["runs"][0]["results"].as_array().expect("results").iter().find(|result| result["ruleId"] == rule)
    }

    #[test]
    fn what_is_to_be_mended_is_a_result_and_nothing_else() {
        let log = log(fixture::report());
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(find(&log, "tests.exist").expect("red flag")["level"], "error");
        assert_eq!(find(&log, "readme.environment").expect("not met")["level"], "warning");
        assert_eq!(find(&log, "commits.messages").expect("partly")["level"], "note");
        assert!(find(&log, "readme.setup").is_none() && find(&log, "api.versioned").is_none());
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").len(), 9);
    }

    #[test]
    fn what_is_suppressed_is_marked_as_such() {
        let mut report = fixture::report();
        report.suppress(&[("tests.exist", "they lie elsewhere")], "the settings");
        let log = log(report);
        let suppressed = &find(&log, "tests.exist").expect("a result")["suppressions"];
        assert_eq!(*suppressed, json!([{"kind": "external", "justification": "they lie elsewhere"}]));
        assert!(find(&log, "readme.environment").expect("a result").get("suppressions").is_none());
    }

    #[test]
    fn each_credential_is_a_result_of_its_own() {
        let mut report = fixture::report();
        let head = report.repository.head.clone();
        let place = |path: &str, line: u32| Place {
            commit: head.clone(),
            path: path.to_owned(),
            start: Some(line),
            end: Some(line),
            url: None,
        };
        let mut signals = report.areas.iter_mut().flat_map(|area| &mut area.signals);
        let history = signals.find(|signal| signal.id == "secrets.history").expect("there");
        history.places = vec![place("a.env", 1), place("a.env", 2), place("b.env", 1)];
        let log = log(report);
        let all = log["runs"][0]["results"].as_array().expect("results");
        let each: Vec<&Value> = all.iter().filter(|result| result["ruleId"] == "secrets.history").collect();
        assert_eq!(each.len(), 3);
        assert!(each.iter().all(|result| result["locations"].as_array().is_some_and(|all| all.len() == 1)));
        let prints: BTreeSet<String> = each.iter().map(|result| result["partialFingerprints"].to_string()).collect();
        assert_eq!(prints.len(), 3);
        assert!(each[1]["message"]["text"].as_str().is_some_and(|text| text.starts_with("a.env:2: one of 3 places.")));
    }

    #[test]
    fn history_is_called_history_and_claims_no_line() {
        let log = log(fixture::report());
        let result = find(&log, "secrets.history").expect("a result");
        assert_eq!(result["properties"]["state"], "history");
        assert_eq!(result["locations"][0]["properties"]["commit"], "c".repeat(40));
        assert!(result["locations"][0]["physicalLocation"].get("region").is_none(), "{result}");
        assert_eq!(find(&log, "readme.environment").expect("now")["properties"]["state"], "head");
    }

    #[test]
    fn every_result_lies_in_a_file() {
        for report in [fixture::report(), fixture::hostile(), fixture::bare()] {
            for result in log(report)["runs"][0]["results"].as_array().expect("results") {
                let locations = result["locations"].as_array().expect("locations");
                let uri =
                    |location: &Value| location["physicalLocation"]["artifactLocation"]["uri"].as_str().map(str::len);
                assert!(!locations.is_empty() && locations.iter().all(|it| uri(it) > Some(0)), "{result}");
            }
        }
    }

    #[test]
    fn what_could_not_be_read_is_notified() {
        let told = log(fixture::report())["runs"][0]["invocations"][0]["toolExecutionNotifications"].clone();
        assert_eq!(told[0]["level"], "warning");
        assert_eq!(told[0]["message"]["text"], words().incomplete);
        assert_eq!(told[1]["message"]["text"], "3 versions of files: larger than 1 MiB");
        let told = log(fixture::bare())["runs"][0]["invocations"][0]["toolExecutionNotifications"].clone();
        assert_eq!(told, json!([]));
    }

    #[test]
    fn a_target_without_a_report_is_a_run_that_failed() {
        let without = super::super::Without {
            target: "acme/gone".to_owned(),
            reason: "it is not there".to_owned(),
            position: 0,
            has_failed: true,
        };
        let log = log(Report::failed(&without));
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(invocation["toolExecutionNotifications"][0]["message"]["text"], "acme/gone: it is not there.");
        assert_eq!(log["runs"][0]["results"], json!([]));
    }

    #[test]
    fn it_reads_back_as_sarif_2_1_0() {
        for report in [fixture::report(), fixture::hostile(), fixture::bare()] {
            let text = render(&[report]);
            serde_json::from_str::<Sarif>(&text).expect("SARIF");
            assert!(text.contains("\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\""));
        }
    }
}
