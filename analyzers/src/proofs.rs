//! For every signal a repository in which it is met, one in which it is not, and one in which it makes no sense or
//! can't be assessed. A new signal without all three fails the test.

mod database;
mod errors;
mod idempotency;
mod jobs;
mod security;

use std::collections::{BTreeMap, BTreeSet};

use crate::Outcome::{self, Met, NotApplicable, NotAssessable, NotMet, Partly};
use crate::rubric::Rubric;
use crate::run::judge;
use crate::snapshot::NoWatch;
use crate::snapshot::fixture::Fixture;
use crate::{registry, secrets};

/// A repository and what its review must say of some signals.
struct Proof {
    name: &'static str,
    repo: fn() -> Fixture,
    says: &'static [(&'static str, Outcome)],
}

const PROOFS: &[Proof] = &[
    Proof { name: "a schema that was thought about", repo: database::sound, says: database::SOUND },
    Proof { name: "a schema that was not", repo: database::unsound, says: database::UNSOUND },
    Proof { name: "a program without a database", repo: prose, says: database::NONE },
    Proof { name: "a shop that does once what arrives twice", repo: idempotency::once, says: idempotency::ONCE },
    Proof { name: "a shop that does twice what arrives twice", repo: idempotency::twice, says: idempotency::TWICE },
    Proof { name: "a program that moves no money", repo: prose, says: idempotency::NONE },
    Proof { name: "tasks that survive a failure", repo: jobs::careful, says: jobs::CAREFUL },
    Proof { name: "tasks that do not", repo: jobs::careless, says: jobs::CARELESS },
    Proof { name: "a task that says little", repo: jobs::silent, says: jobs::SILENT },
    Proof { name: "a program without tasks", repo: prose, says: jobs::NONE },
    Proof {
        name: "a service that does everything asked",
        repo: exemplary_service,
        says: &[
            ("commits.focused", Met),
            ("commits.no-giant", Met),
            ("commits.messages", Met),
            ("readme.present", Met),
            ("readme.setup", Met),
            ("readme.environment", Met),
            ("readme.tests", Met),
            ("tests.exist", Met),
            ("tests.in-ci", Met),
            ("secrets.head", Met),
            ("secrets.history", Met),
            ("secrets.files", Met),
            ("api.versioned", Met),
            ("api.status-codes", Met),
            ("api.documented", Met),
            ("deployment.documented", Met),
            ("deployment.reproducible", Met),
            ("deployment.pinned", Met),
            ("deployment.migrations", Met),
            ("deployment.configuration", Met),
            ("handoff.runs-elsewhere", Met),
        ],
    },
    Proof {
        name: "a service that does none of it",
        repo: careless_service,
        says: &[
            ("commits.focused", NotMet),
            ("commits.messages", NotMet),
            ("readme.present", NotMet),
            ("readme.setup", NotMet),
            ("readme.environment", NotMet),
            ("readme.tests", NotApplicable),
            ("tests.exist", NotMet),
            ("tests.in-ci", NotApplicable),
            ("secrets.head", NotMet),
            ("secrets.files", NotMet),
            ("api.versioned", NotMet),
            ("api.status-codes", NotMet),
            ("api.documented", NotMet),
            ("deployment.documented", NotMet),
            ("deployment.reproducible", NotMet),
            ("deployment.pinned", NotMet),
            ("deployment.migrations", NotMet),
            ("deployment.configuration", Partly),
            ("handoff.runs-elsewhere", NotMet),
        ],
    },
    Proof {
        name: "a project that arrived in one commit, whose tests run on one machine only",
        repo: one_commit,
        says: &[
            ("commits.focused", NotAssessable),
            ("commits.no-giant", NotMet),
            ("readme.tests", NotMet),
            ("tests.in-ci", NotMet),
        ],
    },
    Proof {
        name: "a credential that came and went",
        repo: removed_credential,
        says: &[("secrets.head", Met), ("secrets.history", NotMet)],
    },
    Proof {
        name: "prose",
        repo: prose,
        says: &[
            ("commits.focused", NotApplicable),
            ("commits.no-giant", NotApplicable),
            ("commits.messages", NotApplicable),
            ("readme.setup", NotApplicable),
            ("readme.environment", NotApplicable),
            ("readme.tests", NotApplicable),
            ("tests.exist", NotApplicable),
            ("tests.in-ci", NotApplicable),
            ("api.versioned", NotApplicable),
            ("api.status-codes", NotApplicable),
            ("api.documented", NotApplicable),
            ("deployment.documented", NotApplicable),
            ("deployment.reproducible", NotApplicable),
            ("deployment.pinned", NotApplicable),
            ("deployment.migrations", NotApplicable),
            ("deployment.configuration", NotApplicable),
            ("handoff.runs-elsewhere", NotApplicable),
            ("errors.not-swallowed", NotApplicable),
            ("errors.absence", NotApplicable),
            ("errors.timeouts", NotApplicable),
            ("errors.central", NotApplicable),
            ("observability.structured-logs", NotApplicable),
            ("observability.no-print", NotApplicable),
            ("observability.request-id", NotApplicable),
            ("observability.health", NotApplicable),
            ("security.sql", NotApplicable),
            ("security.rate-limit", NotApplicable),
            ("security.token-expiry", NotApplicable),
            ("security.authorization", NotApplicable),
            ("security.passwords", NotApplicable),
            ("security.defaults", NotApplicable),
        ],
    },
    Proof { name: "a service that expects failures", repo: errors::careful, says: errors::CAREFUL },
    Proof { name: "a service that assumes success", repo: errors::trusting, says: errors::TRUSTING },
    Proof { name: "a service with its ways in closed", repo: security::closed, says: security::CLOSED },
    Proof { name: "a service with its ways in open", repo: security::open, says: security::OPEN },
    Proof {
        name: "nothing at all",
        repo: Fixture::new,
        says: &[
            ("readme.present", NotApplicable),
            ("secrets.head", NotApplicable),
            ("secrets.history", NotApplicable),
            ("secrets.files", NotApplicable),
        ],
    },
];

#[test]
fn every_proof_holds() {
    let mut wrong = Vec::new();
    for proof in PROOFS {
        let said = outcomes((proof.repo)());
        for (signal, expected) in proof.says {
            let (outcome, summary) = &said[*signal];
            if outcome != expected {
                wrong.push(format!("{}: {signal} is {outcome:?}, not {expected:?}: {summary}", proof.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_signal_is_proved_met_not_met_and_silent() {
    let proved = |signal: &str, outcomes: &[Outcome]| {
        PROOFS
            .iter()
            .flat_map(|proof| proof.says)
            .any(|(known, outcome)| *known == signal && outcomes.contains(outcome))
    };
    let signals: BTreeSet<_> = registry::areas().flat_map(|area| area.signals).map(|signal| signal.id).collect();
    let missing: Vec<_> = signals
        .iter()
        .filter(|signal| {
            !(proved(signal, &[Met])
                && proved(signal, &[NotMet, Partly])
                && proved(signal, &[NotApplicable, NotAssessable]))
        })
        .collect();
    assert!(missing.is_empty(), "add proofs for {missing:?}");
}

fn outcomes(fixture: Fixture) -> BTreeMap<&'static str, (Outcome, String)> {
    let examination = judge(&fixture.snapshot(), Rubric::built_in(), &[], &[], &NoWatch);
    let findings = examination.areas.into_iter().flat_map(|area| area.findings);
    findings.map(|finding| (finding.signal(), (finding.outcome(), finding.summary().to_owned()))).collect()
}

fn exemplary_service() -> Fixture {
    let tests: String = (0..12)
        .map(|case| {
            format!(
                "def test_case_{case}(client):\n    assert client.get('/api/v1/users/{case}').status_code == 404\n\n"
            )
        })
        .collect();
    let fixture = Fixture::new()
        .file("README.md", EXEMPLARY_README)
        .file(".env.example", "DATABASE_URL=postgres://localhost/shop\n")
        .file(
            "requirements.txt",
            "fastapi==0.115.0\nuvicorn==0.32.0\nalembic==1.14.0\nsqlalchemy==2.0.36\npytest==8.3.3\n",
        )
        .file(".python-version", "3.12.7\n")
        .file("alembic.ini", "[alembic]\nscript_location = migrations\n")
        .file(
            "migrations/versions/0001_users.py",
            "from alembic import op\n\ndown_revision = None\n\ndef upgrade():\n    op.create_table('users')\n",
        )
        .file("Dockerfile", EXEMPLARY_DOCKERFILE)
        .file(".github/workflows/ci.yml", EXEMPLARY_WORKFLOW)
        .file("app/main.py", EXEMPLARY_API)
        .file("tests/test_users.py", &tests)
        .commit("ana", "Set the project up", &[("requirements.txt", 5, 0)]);
    (0..12).fold(fixture, |fixture, step| {
        let message = format!("Answer case {step} of the users API with its own status");
        fixture.commit("ana", &message, &[("app/main.py", 20, 2), ("tests/test_users.py", 8, 0)])
    })
}

const EXEMPLARY_README: &str = "# Shop\n\nA service that keeps the users of a shop, with an HTTP API that other \
    services call. It stores them in PostgreSQL and describes itself under `/docs`.\n\n## Set-up\n\n```sh\n\
    pip install -r requirements.txt\nuvicorn app.main:app --reload\n```\n\n## Configuration\n\n\
    `DATABASE_URL` is the address of the database; see [.env.example](.env.example).\n\n## Tests\n\n```sh\npytest\n```\n\n\
    ## Deployment\n\nThe image is built and run on the server; migrations run before the new version starts:\n\n```sh\n\
    docker build -t shop .\nalembic upgrade head\ndocker run -p 8000:8000 --env-file .env shop\n```\n";

const EXEMPLARY_DOCKERFILE: &str = "FROM python:3.12.7-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n\
    USER nobody\nCMD [\"sh\", \"-c\", \"alembic upgrade head && uvicorn app.main:app --host 0.0.0.0\"]\n";

const EXEMPLARY_WORKFLOW: &str = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      \
    - uses: actions/checkout@v4\n      - run: pip install -r requirements.txt\n      - run: pytest\n";

const EXEMPLARY_API: &str = "import os\n\nfrom fastapi import APIRouter, FastAPI, HTTPException\n\n\
    DATABASE_URL = os.environ['DATABASE_URL']\n\napp = FastAPI()\nrouter = APIRouter(prefix='/api/v1')\n\n\n\
    @router.get('/users')\ndef list_users():\n    return []\n\n\n\
    @router.post('/users', status_code=201)\ndef create_user(user: dict):\n    return user\n\n\n\
    @router.get('/users/{id}')\ndef get_user(id: int):\n    raise HTTPException(status_code=404)\n\n\n\
    @router.delete('/users/{id}', status_code=204)\ndef delete_user(id: int):\n    return None\n\n\n\
    app.include_router(router)\n";

fn careless_service() -> Fixture {
    let fixture = Fixture::new()
        .file("package.json", r#"{"dependencies": {"express": "*", "pg": "*", "sequelize": "*"}}"#)
        .file("index.js", CARELESS_API)
        .file(
            "migrations/20240101120000-users.js",
            "module.exports = { up: (queryInterface) => queryInterface.createTable('users', {}) };\n",
        )
        .file(".env", &format!("GITHUB_TOKEN={}\n", credential()))
        .commit("bob", "init", &[("index.js", 40, 0)]);
    (0..12).fold(fixture, |fixture, _| fixture.commit("bob", "update", &[("index.js", 900, 100)]))
}

const CARELESS_API: &str = "const express = require('express');\nconst app = express();\n\
    const { Pool } = require('pg');\nconst pool = new Pool({ connectionString: process.env.DATABASE_URL });\n\
    app.get('/users', (req, res) => { res.json([]); });\napp.post('/users', (req, res) => { res.json({}); });\n\
    app.put('/users/:id', (req, res) => { res.json({}); });\napp.delete('/users/:id', (req, res) => { res.json({}); });\n\
    app.get('/orders', (req, res) => { res.json([]); });\napp.listen(process.env.APP_PORT);\n";

fn one_commit() -> Fixture {
    Fixture::new()
        .file("app.py", "def double(x):\n    return 2 * x\n")
        .file("test_app.py", "from app import double\n\ndef test_double():\n    assert double(2) == 4\n")
        .commit("ana", "Upload the project", &[("app.py", 4000, 0), ("test_app.py", 300, 0)])
}

fn removed_credential() -> Fixture {
    Fixture::new()
        .file("src/app.py", "import sys\n")
        .deleted_file("src/settings.py", &format!("TOKEN = '{}'\n", credential()))
}

fn prose() -> Fixture {
    Fixture::new().file("README.md", "# On birds\n\nNotes about the birds of this garden, kept since the spring.\n")
}

/// A GitHub token that was never issued; made at run time, so that no file contains one.
fn credential() -> String {
    secrets::example("github-token")
}
