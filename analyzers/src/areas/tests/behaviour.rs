//! Both signals on small repositories.

use super::Tests;
use crate::snapshot::fixture::Fixture;
use crate::{Analyzer, Finding, Outcome};

const TEST: &str = "def test_a():\n    assert 1 == 1\n";

fn examine(files: &[(&str, &str)]) -> (Finding, Finding) {
    let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
    let mut findings = Tests.examine(&repo).into_iter();
    (findings.next().expect("exist"), findings.next().expect("in-ci"))
}

fn exist(files: &[(&str, &str)]) -> Finding {
    examine(files).0
}

fn in_ci(files: &[(&str, &str)]) -> Outcome {
    let base = [("app.py", "import flask\n"), ("tests/test_a.py", TEST)];
    examine(&[&base, files].concat()).1.outcome()
}

fn workflow(command: &str) -> String {
    format!("jobs:\n  a:\n    steps:\n      - run: {command}\n")
}

#[test]
fn tests_are_counted_in_every_language() {
    for (path, text) in [
        ("tests/test_a.py", TEST),
        ("a.test.js", "test('adds', () => { expect(1).toBe(1) })\n"),
        ("a.spec.ts", "describe('a', () => { it('adds', () => { expect(1).toBe(1) }) })\n"),
        ("a_test.go", "package a\nfunc TestA(t *testing.T) { t.Fatal() }\n"),
        ("src/test/java/ATest.java", "class ATest {\n  @Test\n  void adds() { assertEquals(1, 1); }\n}\n"),
        ("src/test/kotlin/ATest.kt", "class ATest {\n  @Test\n  fun adds() { assertEquals(1, 1) }\n}\n"),
        ("spec/a_spec.rb", "RSpec.describe A do\n  it 'adds' do\n    expect(1).to eq 1\n  end\nend\n"),
        (
            "tests/ATest.php",
            "<?php\nclass ATest extends TestCase {\n  public function testAdds() { $this->assertTrue(true); }\n}\n",
        ),
        ("src/lib.rs", "#[cfg(test)]\nmod tests {\n    #[test]\n    fn adds() { assert_eq!(a(), 1); }\n}\n"),
        ("ATests.cs", "public class ATests {\n  [Fact]\n  public void Adds() { Assert.Equal(1, 1); }\n}\n"),
    ] {
        let finding = exist(&[(path, text)]);
        assert_eq!(finding.outcome(), Outcome::Met, "{path}: {}", finding.summary());
        assert_eq!(finding.facts()["tests"], 1, "{path}");
        assert_eq!(finding.facts()["depth"], "some", "{path}");
    }
}

#[test]
fn a_task_of_concourse_runs_a_script_or_a_program() {
    let script = ("ci/scripts/unit.sh", "#!/bin/bash -eux\npushd shop\n  pytest\npopd\n");
    let task = |run: &str| {
        let text = format!("platform: linux\nimage_resource:\n  type: docker-image\nrun:\n  {run}\n");
        in_ci(&[("ci/unit.yml", &text), script])
    };
    assert_eq!(task("path: shop/ci/scripts/unit.sh"), Outcome::Met);
    assert_eq!(task("path: pytest\n  args: [-q]"), Outcome::Met);
    assert_eq!(task("path: bash\n  args: [-ec, \"cd shop\\npytest\"]"), Outcome::Met);
    assert_eq!(task("path: shop/ci/scripts/build.sh"), Outcome::NotMet);
    let found = |text: &str| examine(&[("app.py", "import flask\n"), ("tests/test_a.py", TEST), ("ci/a.yml", text)]).1;
    assert!(found("platform: linux\nrun:\n  path: make\n").summary().contains("none of the steps in ci/a.yml"));
    assert!(found("run:\n  path: pytest\n").summary().contains("no continuous integration"));
}

#[test]
fn rswags_tests_are_tests_over_http() {
    let text = "describe 'users' do\n  path '/users' do\n    response '200', 'ok' do\n      run_test!\n    end\n    response '404', 'no' do\n      run_test! { |answer| expect(answer.body).to eq '' }\n    end\n  end\nend\n";
    let finding = exist(&[("spec/requests/users_spec.rb", text)]);
    assert_eq!(finding.facts()["tests"], 2, "{}", finding.summary());
    assert!(finding.summary().contains("over HTTP"), "{}", finding.summary());
}

#[test]
fn plain_functions_of_a_project_without_pytest_are_not_pytests() {
    let plain = ("tests/test_a.py", TEST);
    let other = (
        "tests/test_b.py",
        "from django.test import TestCase\nclass BTest(TestCase):\n    def test_b(self):\n        self.assertEqual(1, 1)\n",
    );
    assert!(!exist(&[plain, other]).summary().contains("pytest"));
    assert!(exist(&[plain]).summary().contains("pytest"));
}

#[test]
fn tests_in_a_form_that_is_not_known_are_not_denied() {
    let code = ("src/main/kotlin/A.kt", "fun a() = 1\n");
    let spec = "val users by testSuite {\n  testCase(\"adds\") { a() shouldBe 1 }\n}\n";
    let finding = exist(&[code, ("src/test/kotlin/UsersSuite.kt", spec)]);
    assert_eq!(finding.outcome(), Outcome::Met, "{}", finding.summary());
    assert!(finding.summary().contains("1 file is named as tests are"), "{}", finding.summary());
    let helper = exist(&[code, ("src/test/kotlin/Helper.kt", "fun user() = User(\"a\")\n")]);
    assert_eq!(helper.outcome(), Outcome::NotMet);
}

#[test]
fn assertions_by_method_are_tests_whatever_declares_them() {
    let package = ("package.json", r#"{"scripts": {"test": "node test/run.js"}}"#);
    let pipeline = (".github/workflows/ci.yml", &*workflow("npm test"));
    let files = |text| [package, pipeline, ("src/add.js", "exports.add = f;\n"), ("test/run.js", text)];
    let plain = "const assert = require('assert');\nconst { add } = require('../src/add');\nassert.strictEqual(add(1, 2), 3);\n";
    let (found, in_ci) = examine(&files(plain));
    assert_eq!((found.outcome(), in_ci.outcome()), (Outcome::Met, Outcome::Met), "{}", found.summary());
    let tape = "const run = require('./runner');\nrun('adds', function (t) {\n  t.deepEqual(add([1]), [2]);\n});\n";
    assert_eq!(exist(&files(tape)).outcome(), Outcome::Met);
    assert_eq!(exist(&files("const assert = require('assert');\nstart(assert.equal);\n")).outcome(), Outcome::NotMet);
    let declared = exist(&files("QUnit.test('adds', (assert) => {\n  assert.equal(add(1, 2), 3);\n});\n"));
    assert!(declared.summary().starts_with("1 test in 1 file (QUnit)"), "{}", declared.summary());
}

#[test]
fn examples_that_are_run_are_tests() {
    let go = "package a\nfunc ExampleAdd() {\n\tfmt.Println(Add(1, 2))\n\t// Output: 3\n}\n";
    assert_eq!(exist(&[("add_test.go", go)]).facts()["tests"], 1);
    let rust = "/// ```\n/// assert_eq!(a::add(1, 2), 3);\n/// ```\npub fn add() {}\n";
    assert_eq!(exist(&[("src/lib.rs", rust)]).outcome(), Outcome::Met);
}

#[test]
fn a_script_called_test_that_tests_nothing_runs_no_tests() {
    let of = |script: &str| {
        let package = format!(r#"{{"scripts": {{"test": "{script}"}}}}"#);
        in_ci(&[("package.json", &package), (".github/workflows/ci.yml", &workflow("npm test"))])
    };
    for idle in ["echo 'TODO' && exit 0", "eslint .", "npx tsc --noEmit; prettier --check .", "next lint"] {
        assert_eq!(of(idle), Outcome::NotMet, "{idle}");
    }
    for runs in ["eslint . && node suite.js", "next-test", "my-runner"] {
        assert_eq!(of(runs), Outcome::Met, "{runs}");
    }
}

#[test]
fn pipelines_of_services_that_are_told_where_they_lie_may_lie_anywhere() {
    assert_eq!(in_ci(&[("ci/Jenkinsfile", "pipeline {\n  sh 'pytest'\n}\n")]), Outcome::Met);
    assert_eq!(in_ci(&[("build/azure-pipelines.yml", "steps:\n  - script: pytest\n")]), Outcome::Met);
    assert_eq!(in_ci(&[(".azure/pipelines/ci.yml", "steps:\n  - script: pytest\n")]), Outcome::Met);
    assert_eq!(in_ci(&[("examples/Jenkinsfile", "pipeline {\n  sh 'pytest'\n}\n")]), Outcome::NotMet);
}

#[test]
fn pipelines_are_followed_to_services_and_to_names_that_are_filled_in() {
    let compose = "services:\n  checks:\n    image: a\n    command: [sh, /code/ci/tests.sh]\n";
    let script = "bundle exec rubocop\nbin/rake spec\n";
    let files = |command: &str| {
        let workflow = workflow(command);
        in_ci(&[("ci/compose.yml", compose), ("ci/tests.sh", script), (".github/workflows/a.yml", &workflow)])
    };
    assert_eq!(files("docker compose up --exit-code-from checks checks"), Outcome::Met);
    assert_eq!(files("docker compose up others"), Outcome::NotMet);
    let shell = |text: &str| in_ci(&[("build.ps1", text), (".github/workflows/a.yml", &workflow("./build.ps1"))]);
    assert_eq!(shell("ForEach ($it in $all) {\n    & $dotnet test $it --output out\n}\n"), Outcome::Met);
    assert_eq!(shell("& $dotnet publish $it\n"), Outcome::NotMet);
    let composer = r#"{"scripts": {"test:unit:ci": "phpunit", "cs": "phpcs"}}"#;
    let named = |command: &str| in_ci(&[("composer.json", composer), (".github/workflows/a.yml", &workflow(command))]);
    assert_eq!(named("composer test:${{ inputs.group }}:ci"), Outcome::Met);
    assert_eq!(named("composer ${{ matrix.command }}"), Outcome::NotMet);
}

#[test]
fn a_generators_test_counts_in_part() {
    let java = "class AppTests {\n  @Test\n  void contextLoads() {\n  }\n}\n";
    let finding = exist(&[("src/test/java/AppTests.java", java), ("src/main/java/App.java", "class App {}\n")]);
    assert_eq!(finding.outcome(), Outcome::Partly);
    assert_eq!(finding.facts()["depth"], "scaffold");
}

#[test]
fn tests_that_are_switched_off_count_in_part() {
    for (path, text) in [
        ("a.test.js", "test.skip('adds', () => { expect(1).toBe(1) })\n"),
        ("tests/test_a.py", "import pytest\n@pytest.mark.skip(reason='later')\ndef test_a():\n    assert 1 == 1\n"),
        ("src/lib.rs", "#[test]\n#[ignore]\nfn adds() { assert_eq!(a(), 1); }\n"),
    ] {
        let finding = exist(&[(path, text)]);
        assert_eq!(finding.outcome(), Outcome::Partly, "{path}: {}", finding.summary());
        assert_eq!(finding.facts()["off"], 1, "{path}");
    }
}

#[test]
fn a_class_that_is_switched_off_takes_its_tests_with_it() {
    for (path, text) in [
        ("ATest.java", "@Ignore\npublic class ATest {\n  @Test\n  public void adds() { assertEquals(1, 1); }\n}\n"),
        ("ATest.kt", "@Disabled(\"later\")\nclass ATest {\n  @Test\n  fun adds() { assertEquals(1, 1) }\n}\n"),
        (
            "tests/test_a.py",
            "@unittest.skip('later')\nclass TestA(TestCase):\n    def test_a(self):\n        self.assertTrue(a)\n",
        ),
    ] {
        let finding = exist(&[(path, text)]);
        assert_eq!((finding.outcome(), &finding.facts()["off"]), (Outcome::Partly, &serde_json::json!(1)), "{path}");
    }
    let now_and_then = "@DisabledOnOs(OS.WINDOWS)\nclass ATest {\n  @Test\n  void adds() { assertEquals(1, 1); }\n}\n";
    assert_eq!(exist(&[("ATest.java", now_and_then)]).outcome(), Outcome::Met);
}

#[test]
fn generated_tests_and_tests_without_a_check_count_in_part() {
    let body = "class ATest {\n  @Test\n  public void books() throws Exception {\n    List<Book> answer = api.books();\n    // TODO: test validations\n  }\n}\n";
    let generated = format!("/*\n * This class is auto generated by a tool.\n */\n{body}");
    let finding = exist(&[("ATest.java", &generated)]);
    assert_eq!((finding.outcome(), &finding.facts()["scaffold"]), (Outcome::Partly, &serde_json::json!(1)));
    let silent = exist(&[("ATest.java", body)]);
    assert_eq!((silent.outcome(), &silent.facts()["depth"]), (Outcome::Partly, &serde_json::json!("scaffold")));
    assert!(silent.summary().contains("without a check"), "{}", silent.summary());
    // Somebody filled it in; a helper checks.
    let filled = generated.replace("// TODO: test validations", "assertEquals(2, answer.size());");
    assert_eq!(exist(&[("ATest.java", &filled)]).outcome(), Outcome::Met);
    let helped = body.replace("api.books();", "look();").replace("}\n}\n", "}\n  void look() { assertTrue(a); }\n}\n");
    assert_eq!(exist(&[("ATest.java", &helped)]).outcome(), Outcome::Met);
    let beside = exist(&[("ATest.java", body), ("tests/test_a.py", TEST)]);
    assert_eq!(beside.facts()["tests"], 1, "{}", beside.summary());
}

#[test]
fn tests_in_comments_are_none() {
    let finding = exist(&[("app.js", "start()\n"), ("app.test.js", "// test('adds', () => { expect(1).toBe(1) })\n")]);
    assert_eq!(finding.outcome(), Outcome::NotMet);
    assert!(finding.summary().contains("app.test.js"), "{}", finding.summary());
    assert_eq!(finding.facts()["depth"], "none");
}

#[test]
fn where_there_is_no_code_no_tests_are_expected() {
    for files in [
        &[("README.md", "# A\n")] as &[_],
        &[("a.ipynb", "{\"cells\": []}")],
        &[(".zshrc", "x\n"), (".vimrc", "y\n")],
        &[("index.html", "<html></html>\n"), ("style.css", "a {}\n")],
        &[],
    ] {
        let (exist, in_ci) = examine(files);
        assert_eq!((exist.outcome(), in_ci.outcome()), (Outcome::NotApplicable, Outcome::NotApplicable), "{files:?}");
    }
}

#[test]
fn only_tests_that_call_the_project_are_over_http() {
    let api = |text: &str| exist(&[("tests/test_a.py", text)]).facts()["api_files"].clone();
    assert_eq!(api("def test_a(client):\n    assert client.get('/a')\n"), 1);
    assert_eq!(api("def test_a():\n    assert MyTestServerless() and reqwest_name\n"), 0);
}

#[test]
fn tests_may_go_over_http_through_a_helper() {
    let api = |helper: (&str, &str), test: (&str, &str)| exist(&[helper, test]).facts()["api_files"].clone();
    let request = ("test/support/request.js", "module.exports = require('supertest')(app);\n");
    let of_node = |ask: &str| {
        format!(
            "const request = require('../support/request');\ntest('a', async () => {{ expect({ask}).toBe(1); }});\n"
        )
    };
    assert_eq!(api(request, ("test/a/a.test.js", &of_node("await request.post('/a')"))), 1);
    assert_eq!(api(request, ("test/a/a.test.js", &of_node("1"))), 0);
    let beside = "const { add } = require('../../src/add');\ntest('a', () => { expect(cart.get(1)).toBe(1); });\n";
    assert_eq!(api(request, ("test/a/a.test.js", beside)), 0);
    let setup = ("Test/Helpers/Setup.cs", "public class Setup : WebApplicationFactory<Program> { }\n");
    let of_net = "[TestClass]\npublic class PearTests {\n  [TestMethod]\n  public async Task All() {\n    var answer = await Setup.client.GetAsync(\"/pears\");\n    Assert.AreEqual(200, answer.Status);\n  }\n}\n";
    assert_eq!(api(setup, ("Test/PearTests.cs", of_net)), 1);
}

#[test]
fn a_pipeline_that_calls_a_runner_runs_the_tests() {
    assert_eq!(in_ci(&[(".github/workflows/ci.yml", &workflow("pytest -q"))]), Outcome::Met);
    assert_eq!(in_ci(&[(".gitlab-ci.yml", "test:\n  script:\n    - python -m pytest\n")]), Outcome::Met);
    assert_eq!(
        in_ci(&[("circle.yml", "test:\n  override:\n    - bundle exec rspec:\n        parallel: true\n    - rspec\n")]),
        Outcome::Met
    );
    for command in
        ["dotnet-coverage collect 'dotnet test A.sln' -f xml", "sh -c \"cd a && pytest\"", "su app -c 'pytest'"]
    {
        assert_eq!(in_ci(&[(".github/workflows/ci.yml", &workflow(command))]), Outcome::Met, "{command}");
    }
    // Many lines of comments are no reason to stop reading.
    let commented = format!("{}{}", "# a note\n".repeat(500), workflow("pytest"));
    assert_eq!(in_ci(&[(".github/workflows/ci.yml", &commented)]), Outcome::Met);
    assert_eq!(in_ci(&[("Jenkinsfile", "pipeline {\n  sh 'pytest'\n}\n")]), Outcome::Met);
}

#[test]
fn commands_are_followed_into_scripts() {
    let script = ("scripts/test", "#!/bin/sh\npytest\n");
    for command in ["./scripts/test", "poetry run ./scripts/test", "bash scripts/test"] {
        assert_eq!(in_ci(&[(".github/workflows/ci.yml", &workflow(command)), script]), Outcome::Met, "{command}");
    }
    let makefile = ("Makefile", "check: lint\n\t$(PYTHON) -m pytest\nlint:\n\truff\n");
    assert_eq!(in_ci(&[(".github/workflows/ci.yml", &workflow("make check")), makefile]), Outcome::Met);
    assert_eq!(in_ci(&[(".github/workflows/ci.yml", &workflow("make lint")), makefile]), Outcome::NotMet);
    assert_eq!(in_ci(&[(".github/workflows/ci.yml", &workflow("python3.11 manage.py test"))]), Outcome::Met);
    let compose =
        "compose=docker-compose -f dev.yml\nunit:\n\t$(compose) exec -T php sh -lc \"X=y ./vendor/bin/phpunit\"\n";
    let called = (".github/workflows/ci.yml", &*workflow("make env=ci unit"));
    assert_eq!(in_ci(&[called, ("Makefile", compose)]), Outcome::Met);
    let mise = "[tasks.ci]\nrun = [{ tasks = [\"lint\", \"test\"] }]\n[tasks.lint]\nrun = \"ruff\"\n[tasks.test]\nrun = \"pytest\"\n";
    assert_eq!(in_ci(&[(".gitea/workflows/ci.yml", &workflow("mise ci")), ("mise.toml", mise)]), Outcome::Met);
    assert_eq!(in_ci(&[(".gitea/workflows/ci.yml", &workflow("mise run lint")), ("mise.toml", mise)]), Outcome::NotMet);
    let package = ("package.json", r#"{"scripts": {"ci": "npm run lint && jest", "lint": "eslint ."}}"#);
    assert_eq!(in_ci(&[(".github/workflows/ci.yml", &workflow("npm run ci")), package]), Outcome::Met);
    assert_eq!(in_ci(&[(".github/workflows/ci.yml", &workflow("npm run lint")), package]), Outcome::NotMet);
}

#[test]
fn a_pipeline_that_does_something_else_does_not() {
    for command in [
        "pip install pytest",
        "echo pytest",
        "docker compose run test",
        "ruff check",
        "if [ $LEGACY ]; then composer require phpunit/phpunit; fi",
        "dotnet-coverage collect 'dotnet run' -f xml",
    ] {
        assert_eq!(in_ci(&[(".github/workflows/ci.yml", &workflow(command))]), Outcome::NotMet, "{command}");
    }
    assert_eq!(
        in_ci(&[(".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      # - run: pytest\n")]),
        Outcome::NotMet
    );
    assert_eq!(in_ci(&[]), Outcome::NotMet);
}

#[test]
fn travis_runs_a_languages_usual_command() {
    let go = ("a_test.go", "package a\nfunc TestA(t *testing.T) { t.Fatal() }\n");
    assert_eq!(in_ci(&[go, (".travis.yml", "language: go\n")]), Outcome::Met);
    assert_eq!(in_ci(&[go, (".travis.yml", "language: go\nscript: go build\n")]), Outcome::NotMet);
    // Python has no usual command.
    assert_eq!(in_ci(&[(".travis.yml", "language: python\n")]), Outcome::NotMet);
}

#[test]
fn what_a_pipeline_of_another_repository_does_is_not_known() {
    let calls = |called: &str| in_ci(&[(".github/workflows/ci.yml", &format!("jobs:\n  a:\n    uses: {called}\n"))]);
    assert_eq!(calls("someone/workflows/.github/workflows/build-app.yml@main"), Outcome::NotAssessable);
    assert_eq!(calls("someone/workflows/.github/workflows/docker-publish.yml@main"), Outcome::NotMet);
    assert_eq!(calls("./.github/workflows/build.yml"), Outcome::NotMet);
    let include = "include:\n  - project: someone/pipelines\n    file: /java.yml\n";
    assert_eq!(in_ci(&[(".gitlab-ci.yml", include)]), Outcome::NotAssessable);
    let and_tests = "include:\n  - project: someone/pipelines\ntest:\n  script: pytest\n";
    assert_eq!(in_ci(&[(".gitlab-ci.yml", and_tests)]), Outcome::Met);
}

#[test]
fn specifications_of_spock_are_tests() {
    let spec = "class ShopSpec extends Specification {\n    def \"adds #a\"() {\n        expect:\n        a + 1 == b\n    }\n\n    \
                @Ignore\n    def 'waits'() {\n        when:\n        go()\n        then:\n        done\n    }\n\n    def setup() {\n    }\n}\n";
    let java = (
        "src/main/java/Shop.java",
        "class Shop {\n    int total() { return 1; }\n    int more() { return 2; }\n}\n".repeat(9),
    );
    let of = |spec: &str| exist(&[("src/test/groovy/ShopSpec.groovy", spec), (java.0, &java.1)]);
    let found = of(spec);
    assert_eq!(found.outcome(), Outcome::Met, "{}", found.summary());
    assert_eq!((&found.facts()["tests"], &found.facts()["off"]), (&1.into(), &1.into()));
    assert!(found.summary().contains("Spock"), "{}", found.summary());
    assert_eq!(of("class ShopSpec {\n    def total() { 1 }\n}\n").outcome(), Outcome::NotMet);
}
