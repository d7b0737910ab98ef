//! What generators leave behind: a test that says nothing about the project it lies in.

/// File name (or its beginning), name of the test (empty for any), and a text that the untouched test holds: whoever goes
/// on writing in the file leaves it there.
const LEFT_BEHIND: &[(&str, &str, &str)] = &[
    // Laravel
    ("ExampleTest.php", "", "assertTrue(true)"),
    ("ExampleTest.php", "", "get('/')"),
    ("ExampleTest.php", "", "toBeTrue()"),
    // Create React App
    ("App.test.", "", "learn react"),
    // Angular
    ("app.component.spec.", "", "should create the app"),
    ("app.spec.", "", "should create the app"),
    ("app.component.spec.", "", "should have as title"),
    ("app.component.spec.", "", "should render title"),
    ("app.spec.", "", "should render title"),
    // Vue
    ("HelloWorld.spec.", "", "renders props.msg"),
    ("example.spec.", "", "renders props.msg"),
    // Playwright
    ("example.spec.", "", "playwright.dev"),
    // Fastify
    ("root.test.", "", "{ root: true }"),
    ("example.test.", "", "this is an example"),
    ("support.test.", "", "hello Fugs"),
    // Adonis
    ("hello_world.spec.", "", "Hello world"),
    // cargo new --lib
    ("lib.rs", "it_works", "(2, 2)"),
    ("lib.rs", "it_works", "2 + 2"),
    // Android
    ("ExampleUnitTest.", "addition_isCorrect", ""),
    ("ExampleInstrumentedTest.", "useAppContext", ""),
    // Ktor
    ("ApplicationTest.kt", "testRoot", ""),
    // Quarkus, Micronaut
    ("GreetingResourceTest.", "testHelloEndpoint", ""),
    ("ExampleResourceTest.", "testHelloEndpoint", ""),
    ("", "testItWorks", "application.isRunning"),
    // Codeception
    ("FirstCest.php", "tryToTest", ""),
    ("FirstCest.php", "frontpageWorks", ""),
];

/// Playwright's tour of its own example, whose tests share what opens the page.
const TOUR: (&str, &str) = ("demo-todo-app.spec.", "playwright.dev");

/// Whether the test called `name` with `body`, in a file called `file` with `text`, is an untouched one of a generator.
pub(super) fn is_scaffold(file: &str, name: &str, text: &str, body: &str) -> bool {
    // Spring Initializr's only test starts the application and looks at nothing.
    let starts_only = name == "contextLoads" && !body.contains("assert") && !body.contains("verify");
    // dotnet new xunit|nunit|mstest
    let dotnet = file.starts_with("UnitTest1.") || file.starts_with("Tests.cs") || file.starts_with("Test1.");
    let numbered = matches!(name, "Test1" | "TestMethod1")
        && (dotnet || text.contains("class UnitTest1"))
        && (!body.contains(';') || body.contains("Assert.Pass()"));
    starts_only
        || numbered
        || is_of_nest(file, body)
        || is_of_angular(file, body)
        || file.starts_with(TOUR.0) && text.contains(TOUR.1)
        || LEFT_BEHIND.iter().any(|(start, function, mark)| {
            file.starts_with(start) && (function.is_empty() || *function == name) && body.contains(mark)
        })
}

/// What Nest generates with each part of an application: it greets the world, and everything is defined.
fn is_of_nest(file: &str, body: &str) -> bool {
    let is_greeting =
        (file.contains(".controller.spec.") || file.contains(".e2e-spec.")) && body.contains("Hello World!");
    let is_defined = file.contains(".spec.")
        && body.contains("should be defined")
        // Of guards and pipes it asks less.
        && ["toBeDefined()", "toBeTruthy()"].iter().any(|asked| body.contains(asked))
        && body.matches("expect(").count() == 1;
    is_greeting || is_defined
}

/// What Angular generates with each part of an application: it can be made.
fn is_of_angular(file: &str, body: &str) -> bool {
    const NAMES: &[&str] =
        &["should create", "should be created", "should create an instance", "should create the app"];
    let is_named = |name: &&str| ['\'', '"', '`'].iter().any(|quote| body.contains(&format!("{quote}{name}{quote}")));
    file.contains(".spec.")
        && NAMES.iter().any(is_named)
        && body.contains("toBeTruthy()")
        && body.matches("expect(").count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_are_written_into_a_generated_file_are_somebodys() {
        let generated =
            "public function test_the_application_returns_a_successful_response() { $this->get('/')->assertOk(); }";
        let written = "public function test_orders_are_listed() { $this->getJson('/orders')->assertJsonCount(2); }";
        let file = format!("<?php\nclass ExampleTest {{\n{generated}\n{written}\n}}\n");
        let is = |name: &str, body: &str| is_scaffold("ExampleTest.php", name, &file, body);
        assert!(is("test_the_application_returns_a_successful_response", generated));
        assert!(!is("test_orders_are_listed", written));
        assert!(is_scaffold("ExampleUnitTest.kt", "addition_isCorrect", "", "fun addition_isCorrect() {}"));
        assert!(!is_scaffold("ExampleUnitTest.kt", "totals", "", "fun totals() {}"));
        let tour = "test.beforeEach(async ({ page }) => { await page.goto('https://demo.playwright.dev/todomvc'); });";
        assert!(is_scaffold("demo-todo-app.spec.ts", "", tour, "test('adds', async () => {})"));
    }

    #[test]
    fn what_nest_generates_says_nothing_of_the_project() {
        let defined = "it('should be defined', () => { expect(controller).toBeDefined(); })";
        let greeting = "it('greets', () => { expect(controller.getHello()).toBe('Hello World!'); })";
        assert!(is_scaffold("users.controller.spec.ts", "", "", defined));
        assert!(is_scaffold("auth.guard.spec.ts", "", "", &defined.replace("toBeDefined", "toBeTruthy")));
        assert!(is_scaffold("auth.controller.spec.ts", "", "", greeting));
        assert!(!is_scaffold(
            "users.controller.spec.ts",
            "",
            "",
            &defined.replace("})", "expect(all).toEqual([]); })")
        ));
        assert!(!is_scaffold("users.spec.ts", "", "", greeting));
    }

    #[test]
    fn what_angular_generates_only_makes_a_part() {
        let of = |name: &str, body: &str| {
            let test = format!("it('{name}', () => {{ {body} }})");
            is_scaffold("users.component.spec.ts", "", "", &test)
        };
        let made = "expect(component).toBeTruthy();";
        assert!(of("should create", made));
        assert!(of("should be created", "expect(service).toBeTruthy();"));
        assert!(of("should create an instance", "expect(new UsersPipe()).toBeTruthy();"));
        assert!(!of("should create", &format!("{made} expect(component.users).toEqual([]);")));
        assert!(!of("should create an order", made));
        assert!(!of("should create", "expect(orders.create()).toBe(1);"));
    }
}
