//! What a section is about, by the words of its heading, in the languages that developers write READMEs in.

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// How to install or set up.
    Setup,
    /// How to start it.
    Run,
    /// How to use it.
    Usage,
    /// How to test it.
    Test,
    /// How to put it into production.
    Deploy,
    /// Configuration, environment variables.
    Configuration,
}

/// A word of a heading that begins with one of these, or a heading that contains one with a space in it, or (scripts
/// without spaces) a heading that contains one. In order: en, pt, es, fr, de, it, pl, tr, ru, zh, ja, ko.
#[rustfmt::skip]
const WORDS: &[(Topic, &[&str])] = &[
    (
        Topic::Setup,
        &[
            "install", "setup", "set up", "set-up", "getting started", "get started", "quick start", "quickstart",
            "quick-start", "prerequisite", "bootstrap", "building", "how to build", "local development", "development setup",
            "instala", "configurando o ambiente", "começando", "primeiros passos", "pré-requisito", "pre-requisito", "preparação",
            "instalación", "primeros pasos", "empezando", "comenzando", "puesta en marcha", "requisitos previos",
            "démarrage", "démarrer", "mise en place", "prérequis",
            "einrichtung", "erste schritte", "voraussetzung", "schnellstart",
            "installazione", "per iniziare", "prerequisiti", "guida rapida",
            "instalacja", "konfiguracja środowiska", "pierwsze kroki", "wymagania",
            "kurulum", "başlangıç", "gereksinim",
            "установк", "начало работы", "быстрый старт", "развертывание локально",
            "安装", "快速开始", "快速上手", "开始使用", "环境搭建", "安裝", "快速開始", "环境准备",
            "インストール", "セットアップ", "はじめに", "環境構築", "クイックスタート",
            "설치", "시작하기", "시작 하기", "빠른 시작",
        ],
    ),
    (
        Topic::Run,
        &[
            "run", "running", "start", "starting", "launch", "execut", "serve", "serving", "local development", "development",
            "docker", "how to use", "getting started", "quick start", "quickstart",
            "rodar", "rodando", "executar", "executando", "iniciar", "iniciando", "subindo", "como usar", "desenvolvimento",
            "ejecu", "ejecut", "arrancar", "iniciar", "desarrollo", "puesta en marcha",
            "lancer", "lancement", "exécut", "démarr", "développement",
            "starten", "ausführ", "entwicklung",
            "esecuzione", "eseguire", "avvio", "avviare", "sviluppo",
            "uruchom", "uruchamia",
            "çalıştır", "başlat",
            "запуск", "запустить", "разработк",
            "运行", "启动", "執行", "啟動", "快速开始", "本地开发",
            "実行", "起動", "開発", "使い方",
            "실행", "구동", "개발",
        ],
    ),
    (
        Topic::Usage,
        &[
            "usage", "how to use", "using", "example", "uso", "utilização", "como usar", "cómo usar", "utilisation",
            "verwendung", "benutzung", "nutzung", "utilizzo", "użycie", "użytkowanie", "kullanım", "использовани",
            "使用", "用法", "使い方", "使用方法", "사용",
        ],
    ),
    (
        Topic::Test,
        &[
            "test", "tests", "testing", "spec", "unit test", "teste", "testes", "testando", "prueba", "pruebas", "testen",
            "essai", "testy", "testowanie", "testler", "тест", "тесты", "тестирован", "测试", "單元測試", "測試", "テスト",
            "테스트", "prove",
        ],
    ),
    (
        Topic::Deploy,
        &[
            "deploy", "production", "hosting", "self-host", "self host", "release", "kubernetes", "heroku", "implanta", "publicação", "produção",
            "despliegue", "desplegar", "producción", "déploiement", "déployer", "mise en production", "bereitstellung",
            "ausrollen", "produktion", "distribuzione", "messa in produzione", "wdrożenie", "wdrażanie", "dağıtım",
            "yayınlama", "деплой", "развертыван", "развёртыван", "部署", "发布", "デプロイ", "本番", "배포",
        ],
    ),
    (
        Topic::Configuration,
        &[
            "config", "environment", "env", ".env", "variable", "settings", "secrets", "configura", "variáve", "variave",
            "ambiente", "entorno", "variables de", "environnement", "konfigur", "umgebung", "variabili", "zmienne",
            "środowisk", "yapılandırma", "ortam değişken", "настройк", "конфигурац", "переменные окружения", "配置", "环境变量",
            "環境變數", "設定", "環境変数", "설정", "환경 변수", "환경변수",
        ],
    ),
];

/// What a section with this heading is about.
pub fn topics(heading: &str) -> Vec<Topic> {
    let lower = heading.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| !w.is_empty()).collect();
    WORDS
        .iter()
        .filter(|(_, table)| table.iter().any(|entry| matches(entry, &lower, &words)))
        .map(|(topic, _)| *topic)
        .collect()
}

fn matches(entry: &str, heading: &str, words: &[&str]) -> bool {
    let has_no_spaces_between_words = entry.chars().any(|c| c >= '\u{3040}');
    if entry.contains(' ') || has_no_spaces_between_words || entry.starts_with('.') {
        heading.contains(entry)
    } else if entry.is_ascii() && entry.len() <= 4 {
        // A short stem begins too many other words (`run` and `runtime`, `test` and `testimonials`).
        words.contains(&entry)
    } else {
        words.iter().any(|word| word.starts_with(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_in_many_languages() {
        for (heading, topic) in [
            ("🚀 Getting Started", Topic::Setup),
            ("How to run", Topic::Run),
            ("Instalação", Topic::Setup),
            ("Como rodar o projeto", Topic::Run),
            ("Ejecución de las pruebas", Topic::Test),
            ("Démarrage rapide", Topic::Setup),
            ("Umgebungsvariablen", Topic::Configuration),
            ("Installazione", Topic::Setup),
            ("Uruchomienie", Topic::Run),
            ("Kurulum", Topic::Setup),
            ("Запуск тестов", Topic::Test),
            ("快速开始", Topic::Setup),
            ("テストの実行", Topic::Test),
            ("환경 변수", Topic::Configuration),
            ("3. Environment variables", Topic::Configuration),
            ("Deployment", Topic::Deploy),
            ("Self-hosted", Topic::Deploy),
        ] {
            assert!(topics(heading).contains(&topic), "{heading}: {:?}", topics(heading));
        }
        assert!(topics("Features").is_empty());
        assert!(!topics("Testimonials").contains(&Topic::Test));
    }
}
