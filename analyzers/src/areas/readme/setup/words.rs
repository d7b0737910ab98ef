//! What a README says in sentences of how to run it, and where it sends its reader to.

use std::sync::LazyLock;

use regex::Regex;

use super::present;
use crate::Snapshot;
use crate::documents::{Document, Heading, Role, Topic, pattern};

use super::reachable;

/// What sends the reader to a page outside of the repository, where it stands, and what it is called: a heading about
/// setting it up that is a link itself, or has nothing below it but a sentence with one; else a line.
pub(super) fn elsewhere(repo: &Snapshot) -> Option<(&Document, u32, String)> {
    section_elsewhere(repo)
        .map(|(document, heading)| (document, heading.line, heading.text.trim().to_owned()))
        .or_else(|| line_elsewhere(repo))
}

/// Whether somebody wrote the document for this project: what an employer or a generator wrote tells nothing of it.
fn is_written(document: &&Document) -> bool {
    !present::is_assignment(document) && present::boilerplate(document).is_none()
}

fn section_elsewhere(repo: &Snapshot) -> Option<(&Document, &Heading)> {
    const SHORT: usize = 200;
    // What is to be installed is linked as well: only a link that is called so tells how.
    static GUIDE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\[[^\]!]*\b(wiki|guide|instructions|quick ?-?start|getting started|installation|set-?up|how to)\b[^\]]*\]\(https?://|\[[^\]!]*\]\(https?://[^)]*/wiki\b",
        )
    });
    let leads_out = |line: &str| GUIDE.is_match(line) && !line.contains("//localhost") && !line.contains("//127.0.0.1");
    reachable(repo).filter(is_written).find_map(|document| {
        let lines: Vec<&str> = repo.text(&document.path)?.lines().collect();
        let about = document.headings.iter().filter(|heading| {
            heading.level > 1 && heading.topics.iter().any(|topic| matches!(topic, Topic::Setup | Topic::Run))
        });
        let mut about = about.filter(|heading| {
            let end = (document.section_end(heading) as usize - 1).min(lines.len());
            let section = &lines[(heading.line as usize - 1).min(end)..end];
            let length: usize = document.section(heading).map(|line| line.text.chars().count()).sum();
            section.first().is_some_and(|first| leads_out(first))
                || length <= SHORT && section.iter().any(|line| leads_out(line))
        });
        about.next().map(|heading| (document, heading))
    })
}

/// A line with a link that says that the whole set-up is told there. Without such a word it may be that of a tool.
fn line_elsewhere(repo: &Snapshot) -> Option<(&Document, u32, String)> {
    static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(complete|full|detailed|overall|project|local|development)\s+(set-?up|installation|install|running|run|getting started)",
            r"\s+(instructions?|guide|steps|documentation|docs)\b"
        ))
    });
    const LONGEST: usize = 300;
    let leads_out = |line: &str| {
        line.len() <= LONGEST && line.contains("](http") && WHOLE.is_match(line) && !line.contains("//localhost")
    };
    reachable(repo).filter(|document| document.role == Role::Readme && is_written(document)).find_map(|document| {
        let mut lines = repo.text(&document.path)?.lines().enumerate();
        let (index, line) = lines.find(|(_, line)| leads_out(line))?;
        let said = WHOLE.find(line).map_or_else(String::new, |said| said.as_str().to_owned());
        Some((document, index as u32 + 1, said))
    })
}

/// A sentence that tells how to run it, in a README that is not the assignment.
pub(super) fn in_words(repo: &Snapshot) -> Option<(&Document, u32)> {
    // What the project needs is something else than the project.
    static NEEDS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)\b(minio|postgres\w*|mysql|mariadb|mongo\w*|redis|rabbitmq|kafka|elasticsearch)\b")
    });
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(run|start|launch|open|import|execute|press|hit)\b.{0,50}\b(application|app|project|server|solution|api|service|program|main|f5|index\.html|visual studio|vs ?code|intellij|eclipse|xampp|wamp|tomcat)\b",
            r"|\b(install|download)\b.{0,30}\b(sdk|runtime|dependenc|node|python|docker|jdk|requirements)",
            r"|\b(rode|rodar|execute|executar|inicie|iniciar|suba|abra|abrir|importe)\b.{0,50}\b(aplica[çc][ãa]o|projeto|servidor|api|visual studio|docker|intellij)\b",
            r"|\b(ejecut\w+|inici\w+|abr[ae]\w*|arranc\w+|levant\w+)\b.{0,50}\b(aplicaci[óo]n|proyecto|servidor|api)\b",
            r"|\b(lanc\w+|démarr\w+|exécut\w+)\b.{0,50}\b(application|projet|serveur|api)\b",
            r"|\b(start\w*|öffne\w*|ausführ\w*)\b.{0,50}\b(anwendung|projekt|server)\b",
            r"|\b(avvia\w*|esegu\w*)\b.{0,50}\b(applicazione|progetto|server)\b",
            r"|(запуст|запуска)\w*.{0,50}(приложени|проект|сервер)",
            r"|(运行|启动|执行|啟動|執行).{0,20}(项目|服务|程序|应用|專案|服務|类|函数|方法|main)",
            r"|(実行|起動)(する|して|します)|(실행|구동)(합니다|하세요|한다)",
        ))
    });
    // What is looked at, and what requests are sent with, is not run.
    static LOOKED_AT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(import|open|importe|importar|abra|abrir)\b.{0,40}\b(json|ya?ml|file|collection|postman|insomnia|swagger|openapi)\b.{0,80}\b(documentation|docs|collection|postman|insomnia|swagger|openapi)\b",
        )
    });
    // "Clone it and up docker-compose."
    static COMPOSE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(run|start|launch|up)\s+(the\s+|with\s+|via\s+|by\s+|using\s+)?docker[ -]?compose\b",
            r"|\bdocker[ -]?compose\b.{0,20}\b(run|start|launch|up)\b"
        ))
    });
    let has_compose = repo.tree().own_texts().any(|(file, _)| {
        let name = file.name();
        name.ends_with("ml") && (name.starts_with("docker-compose") || name.starts_with("compose."))
    });
    // What an employer asks of a repository is no instruction.
    static DEMANDED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(repository|project|readme|candidate|submission|solution|reposit[óo]rio|projeto|proyecto|candidat[oe])\b",
            r".{0,20}\b(must|should|shall|deve|deverá|debe|deberá)\b"
        ))
    });
    let is_said = |text: &str| {
        let text = LOOKED_AT.replace_all(text, "");
        let is_told = WORDS.is_match(&text) || has_compose && COMPOSE.is_match(&text);
        is_told && !NEEDS.is_match(&text) && !DEMANDED.is_match(&text)
    };
    reachable(repo).filter(|document| document.role == Role::Readme && is_written(document)).find_map(|document| {
        // A sentence that sends the reader to a page that is not there says nothing.
        let leads_nowhere = |line: u32| document.leads_nowhere(repo, line..line + 1);
        let mut lines = document.prose.iter().filter(|line| line.text.len() < 2000 && is_said(&line.text));
        let line = lines.find(|line| !leads_nowhere(line.line))?;
        Some((document, line.line))
    })
}
