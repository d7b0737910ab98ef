//! What single words of the source say about a task.

use crate::code::CodeMatch;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A failed task is tried again.
    Retry,
    /// Not at once, but after a pause.
    Pause,
    /// A failed task is not tried again.
    Never,
    /// A task that failed for good is kept or reported.
    DeadLetter,
    /// A second run is noticed.
    Once,
    /// Something happens that would happen twice: a message is sent, a record is made, money moves.
    Effect,
}

/// Names in lower case without `_`, `-` and quotes. A name that says two things stands twice.
const MEANINGS: &[(Meaning, &[&str])] = &[
    (
        Meaning::Retry,
        &[
            "attempts",
            "automaticretry",
            "automaticretryattribute",
            "autoretryfor",
            "basicnack",
            "basicnackasync",
            "defaulterrorhandler",
            "immediate",
            "maxattempts",
            "maxexceptions",
            "maxfails",
            "maximumattempts",
            "maxretries",
            "maxretry",
            "maxtries",
            "nack",
            "refireimmediately",
            "release",
            "retries",
            "retry",
            "retryable",
            "retryabletopic",
            "retrycount",
            "retryinterceptorbuilder",
            "retryjob",
            "retrykwargs",
            "retrylayer",
            "retrylimit",
            "retryon",
            "retryoperationsinterceptor",
            "retrypolicy",
            "retrystrategy",
            "retrytemplate",
            "retryuntil",
            "retrywhen",
            "seektocurrenterrorhandler",
            "setrefireimmediately",
            "setretries",
            "sidekiqoptions",
            "sidekiqretryin",
            "simpleretrymiddleware",
            "taskannotations",
            "tries",
            "usedelayedredelivery",
            "usemessageretry",
            "useretry",
            "usescheduledredelivery",
            "waitandretryasync",
        ],
    ),
    (
        Meaning::Pause,
        &[
            "backoff",
            "backoffcoefficient",
            "backoffsecs",
            "backoffstrategies",
            "backoffstrategy",
            "countdown",
            "defaultretrydelay",
            "delaysinseconds",
            "exponential",
            "exponentialbackoff",
            "exponentialbackoffwithmaxretries",
            "exponentiallylonger",
            "exponentialwait",
            "fixedbackoff",
            "incremental",
            "interval",
            "intervals",
            "maxbackoff",
            "minbackoff",
            "multiplier",
            "nextretry",
            "polynomiallylonger",
            "retryafter",
            "retrybackoff",
            "retrybackoffmax",
            "retrydelay",
            "retrydelayfunc",
            "retryjitter",
            "retrytimeout",
            "setretrybackoff",
            "sidekiqretryin",
            "usedelayedredelivery",
            "usescheduledredelivery",
            "waitandretryasync",
        ],
    ),
    (
        Meaning::DeadLetter,
        &[
            "afterdiscard",
            "captureerror",
            "captureexception",
            "deathhandlers",
            "discardon",
            "dlq",
            "dlthandler",
            "dlx",
            "errorhandler",
            "errorhandlerfunc",
            "errorhandlinglayer",
            "errorqueue",
            "failed",
            "failedjobregistry",
            "failedjobs",
            "failuretransport",
            "fault",
            "handleerror",
            "iapplystatefilter",
            "ielectstatefilter",
            "notifyexception",
            "onerror",
            "onfailure",
            "onqueuefailed",
            "onretryexhausted",
            "onworkerevent",
            "poisonqueue",
            "recover",
            "rejectanddontrequeuerecoverer",
            "removeonfail",
            "republishmessagerecoverer",
            "retentionmode",
            "retryabletopic",
            "sendfailedmessagesto",
            "sidekiqretriesexhausted",
            "taskfailure",
            "xdeadletterexchange",
            "xdeadletterroutingkey",
        ],
    ),
    (
        Meaning::Once,
        &[
            "addinboxstateentity",
            "advisorylock",
            "agetorcreate",
            "anyasync",
            "aupdateorcreate",
            "createorfindby",
            "dataintegrityviolationexception",
            "dbupdateexception",
            "deduplication",
            "deduplicator",
            "dedupe",
            "disableconcurrentexecution",
            "disallowconcurrentexecution",
            "duplicatekeyexception",
            "enqueueunique",
            "existsasync",
            "findoneandupdate",
            "findorcreate",
            "findorcreateby",
            "findorinitializeby",
            "firstorcreate",
            "getorcreate",
            "goodjobcontrolconcurrencywith",
            "idempotency",
            "idempotencykey",
            "idempotent",
            "ignoreconflicts",
            "ignoreduplicates",
            "inboxstate",
            "insertall",
            "insertorignore",
            "integrityerror",
            "isprocessed",
            "jobid",
            "limitsconcurrency",
            "lock",
            "lockforupdate",
            "locktask",
            "locktimeout",
            "nx",
            "onconflict",
            "onconflictdonothing",
            "onconflictdoupdate",
            "processedat",
            "putifabsent",
            "queueonce",
            "recordnotunique",
            "redlock",
            "schedulerlock",
            "selectforupdate",
            "sentat",
            "setifabsent",
            "setnx",
            "shouldbeunique",
            "shouldbeuniqueuntilprocessing",
            "singletonkey",
            "skipduplicates",
            "taskid",
            "trylock",
            "uniq",
            "unique",
            "uniqueargs",
            "uniquebyargs",
            "uniquefor",
            "uniqueid",
            "uniquein",
            "uniqueness",
            "uniqueopts",
            "untilandwhileexecuting",
            "untilexecuted",
            "updateorcreate",
            "upsert",
            "upsertall",
            "useentityframeworkoutbox",
            "useinmemoryoutbox",
            "withadvisorylock",
            "withlock",
            "withoutoverlapping",
        ],
    ),
    (
        Meaning::Effect,
        &[
            "addasync",
            "bulkcreate",
            "capture",
            "charge",
            "create",
            "createmany",
            "deliver",
            "deliverlater",
            "delivernow",
            "emailmessage",
            "emailmultialternatives",
            "incr",
            "increment",
            "insert",
            "insertasync",
            "insertinto",
            "insertone",
            "mimemessage",
            "notify",
            "notifynow",
            "paymentintent",
            "paymentintents",
            "refund",
            "sendemail",
            "sendemailasync",
            "sendmail",
            "sendmailasync",
            "sendmassmail",
            "sendmessage",
            "sendsms",
        ],
    ),
];

/// What `found` says, by its name and by what is assigned to it in `text`, its file.
pub(super) fn meanings(found: &CodeMatch, text: &str) -> Vec<Meaning> {
    let (Some(source), Some(rest)) = (text.get(found.bytes.clone()), text.get(found.bytes.end..)) else {
        return Vec::new();
    };
    // What a producer tries again is to hand a message in, which is no task yet: `config.Producer.Retry.Max = 3`.
    if text[..found.bytes.start].ends_with("roducer.") {
        return Vec::new();
    }
    let name = plain(source);
    if source.to_ascii_lowercase().contains("on conflict")
        || name.starts_with("already")
        || name.starts_with("existsby")
    {
        return vec![Meaning::Once];
    }
    if name.starts_with("deadletter") || name.starts_with("withdeadletter") {
        return vec![Meaning::DeadLetter];
    }
    if name == "sidekiqoptions" {
        let line = rest.lines().next().unwrap_or_default();
        let is_off = ["retry: false", "retry: 0", ":retry => false"].iter().any(|off| line.contains(off));
        return match (is_off, line.contains("retry")) {
            (true, _) => vec![Meaning::Never],
            (false, true) => vec![Meaning::Retry],
            (false, false) => Vec::new(),
        };
    }
    if is_of_something_else(&name, &text[..found.bytes.start], rest) {
        return Vec::new();
    }
    if source.len() > "Lock".len() && source.ends_with("Lock") && !source.ends_with("Unlock") {
        return vec![Meaning::Once];
    }
    let said = || MEANINGS.iter().filter(|(_, names)| names.contains(&name.as_str())).map(|(meaning, _)| *meaning);
    if said().any(|meaning| meaning == Meaning::Retry) && is_off(&name, rest) {
        return vec![Meaning::Never];
    }
    said().collect()
}

/// Whether what would say what becomes of a failed task is a state among others (`'failed'`, where nothing is called when a
/// task fails: `worker.on('failed', …)`), of a login, or throws failed tasks away.
fn is_of_something_else(name: &str, before: &str, rest: &str) -> bool {
    let before = before.trim_end();
    match name {
        "failed" => {
            !["on(", "once(", "addListener(", "Event("].iter().any(|call| before.ends_with(call))
                && !rest.starts_with('(')
        }
        "onfailure" => before.lines().last().is_some_and(|line| line.contains("OmniAuth")),
        "removeonfail" => value(rest) == "true",
        _ => false,
    }
}

/// Whether no second try is asked for: `retries=0`, `attempts: 1`, `AutomaticRetry(Attempts = 0)`.
fn is_off(name: &str, rest: &str) -> bool {
    let value = value(rest);
    // Of attempts and tries the first is counted, of retries it is not.
    let counts_first = ["attempts", "tries", "maxattempts", "maxtries", "maximumattempts"].contains(&name);
    matches!(value.as_str(), "0" | "false" | "False")
        || counts_first && value == "1"
        || name.starts_with("automaticretry") && rest.starts_with("(Attempts = 0")
}

fn plain(source: &str) -> String {
    source.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What stands after `=`, `:`, `=>` or `(`, up to the next mark.
fn value(rest: &str) -> String {
    let assigned = ["=>", "=", ":", "("].iter().find_map(|mark| rest.trim_start().strip_prefix(mark));
    assigned.unwrap_or_default().trim_start().chars().take_while(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::is_of_something_else;

    #[test]
    fn a_state_and_a_login_that_failed_are_no_failed_tasks() {
        let is = |name: &str, before: &str, rest: &str| is_of_something_else(name, before, rest);
        assert!(!is("failed", "worker.on(", ", log)"));
        assert!(!is("failed", "public function ", "(Throwable $e)"));
        assert!(is("failed", "elsif status == ", "\n"));
        assert!(is("failed", "const all = ['done', ", "]"));
        assert!(is("onfailure", "OmniAuth.config.", " = App"));
        assert!(!is("onfailure", "def ", "(self)"));
        assert!(is("removeonfail", "{ ", ": true }"));
        assert!(!is("removeonfail", "{ ", ": false }"));
    }
}
