//! By package manager: the files that lock dependencies, and those that name the version of the language.

use crate::snapshot::stack::Ecosystem;

/// What one package manager asks for.
pub(super) struct Pins {
    pub(super) ecosystem: Ecosystem,
    pub(super) language: &'static str,
    pub(super) locks: &'static [&'static str],
    /// Files that hold nothing but the version of the language.
    pub(super) runtimes: &'static [&'static str],
    /// The version within a manifest.
    pub(super) in_manifest: &'static str,
    /// Base images whose tag is the version.
    pub(super) images: &'static [&'static str],
}

pub(super) const PINS: &[Pins] = &[
    Pins {
        ecosystem: Ecosystem::Npm,
        language: "Node.js",
        locks: &[
            "package-lock.json",
            "npm-shrinkwrap.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
            "bun.lockb",
            "deno.lock",
        ],
        runtimes: &[".nvmrc", ".node-version", ".bun-version"],
        in_manifest: r#""(engines|volta)"\s*:\s*\{[^}]*"(node|bun|deno)"\s*:|"packageManager"\s*:\s*"bun@"#,
        images: &["node", "bun", "deno"],
    },
    Pins {
        ecosystem: Ecosystem::Python,
        language: "Python",
        locks: &["poetry.lock", "Pipfile.lock", "uv.lock", "pdm.lock", "conda-lock.yml"],
        runtimes: &[".python-version", "runtime.txt"],
        in_manifest: r"(?m)^\s*(requires-python|python|python_version|python_full_version|python_requires)\s*=",
        images: &["python", "uv", "uvicorn-gunicorn", "miniconda"],
    },
    Pins {
        ecosystem: Ecosystem::Go,
        language: "Go",
        locks: &["go.sum"],
        runtimes: &[],
        in_manifest: r"(?m)^(go|toolchain) \S+",
        images: &["golang"],
    },
    Pins {
        ecosystem: Ecosystem::Jvm,
        language: "Java",
        locks: &["gradle.lockfile"],
        runtimes: &[".java-version", ".sdkmanrc"],
        in_manifest: r"java\.version|maven\.compiler|<release>|<source>|<jvmTarget>|sourceCompatibility|jvmToolchain|JavaLanguageVersion|jvmTarget",
        images: &["openjdk", "eclipse-temurin", "maven", "gradle", "amazoncorretto", "java", "jre", "jdk"],
    },
    Pins {
        ecosystem: Ecosystem::Ruby,
        language: "Ruby",
        locks: &["Gemfile.lock"],
        runtimes: &[".ruby-version"],
        in_manifest: r#"(?m)^\s*ruby\s+["'\w]|required_ruby_version"#,
        images: &["ruby"],
    },
    Pins {
        ecosystem: Ecosystem::Php,
        language: "PHP",
        locks: &["composer.lock"],
        runtimes: &[".php-version"],
        in_manifest: r#""php"\s*:"#,
        images: &["php", "composer"],
    },
    Pins {
        ecosystem: Ecosystem::Cargo,
        language: "Rust",
        locks: &["Cargo.lock"],
        runtimes: &["rust-toolchain", "rust-toolchain.toml"],
        in_manifest: r"(?m)^\s*rust-version",
        images: &["rust", "cargo-chef"],
    },
    Pins {
        ecosystem: Ecosystem::Nuget,
        language: ".NET",
        locks: &["packages.lock.json", "paket.lock"],
        runtimes: &["global.json"],
        in_manifest: r"<TargetFrameworks?>",
        images: &["sdk", "aspnet", "runtime"],
    },
];
