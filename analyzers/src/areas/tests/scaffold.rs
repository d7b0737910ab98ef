//! What generators leave behind: a test that says nothing about the project it lies in.

/// File name (or its beginning), name of the test (empty for any), and a text that the untouched file holds.
const LEFT_BEHIND: &[(&str, &str, &str)] = &[
    // Laravel
    ("ExampleTest.php", "", "assertTrue(true)"),
    ("ExampleTest.php", "", "get('/')"),
    ("ExampleTest.php", "", "toBeTrue()"),
    // Nest
    ("app.controller.spec.", "", "Hello World!"),
    ("app.e2e-spec.", "", "Hello World!"),
    // Create React App
    ("App.test.", "", "learn react"),
    // Angular
    ("app.component.spec.", "", "should create the app"),
    ("app.spec.", "", "should create the app"),
    // Vue
    ("HelloWorld.spec.", "", "renders props.msg"),
    ("example.spec.", "", "renders props.msg"),
    // Playwright
    ("example.spec.", "", "playwright.dev"),
    ("demo-todo-app.spec.", "", "playwright.dev"),
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
    ("ExampleUnitTest.", "", ""),
    ("ExampleInstrumentedTest.", "", ""),
    // Ktor
    ("ApplicationTest.kt", "testRoot", ""),
    // Quarkus, Micronaut
    ("GreetingResourceTest.", "testHelloEndpoint", ""),
    ("ExampleResourceTest.", "testHelloEndpoint", ""),
    ("", "testItWorks", "application.isRunning"),
    // Codeception
    ("FirstCest.php", "", ""),
];

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
        || LEFT_BEHIND.iter().any(|(start, function, mark)| {
            file.starts_with(start) && (function.is_empty() || *function == name) && text.contains(mark)
        })
}
