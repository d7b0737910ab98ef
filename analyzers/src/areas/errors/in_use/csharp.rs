//! Whether ASP.NET is told of a middleware, a handler or a filter that a program in C# declares.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::any_text;
use crate::Snapshot;
use crate::code::CodeMatch;

/// What a class is made of that answers errors.
const BASES: &[&str] = &["IExceptionHandler", "IExceptionFilter", "IAsyncExceptionFilter", "ExceptionFilterAttribute"];

/// False where `found` is such a class, and no other place of the program names it.
pub(super) fn is_registered(repo: &Snapshot, found: &CodeMatch) -> bool {
    static CLASS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bclass\s+(\w+)"));
    let text = repo.text(&found.path).unwrap_or_default();
    let source = text.get(found.bytes.clone()).unwrap_or_default();
    let class = if BASES.contains(&source) {
        let head = text[..found.bytes.start].rsplit(['{', '}', ';']).next().unwrap_or_default();
        CLASS.captures(head)
    } else {
        source.contains("class ").then(|| CLASS.captures(source)).flatten()
    };
    let around = found.scopes.iter().rev().find(|scope| scope.kind.contains("class"));
    let around = around.filter(|_| source.starts_with("try")).map(|class| class.name.as_str());
    let Some(name) = class.and_then(|class| class.get(1)).map(|name| name.as_str()).or(around) else { return true };
    // An attribute is named without its end.
    let attribute = name.strip_suffix("Attribute").map(|name| format!("[{name}"));
    any_text(repo, ".cs", |text| {
        text.match_indices(name).any(|(at, _)| is_use(&text[..at], &text[at + name.len()..]))
            || attribute.as_ref().is_some_and(|attribute| text.contains(attribute))
    })
}

/// Whether a name between these is used, and not declared, made or written into a log.
fn is_use(before: &str, after: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let is_declared = || before.trim_end().ends_with(" class") || before.trim_end().ends_with("\nclass");
    let is_constructor =
        || after.starts_with('(') && ["public ", "internal ", "private "].iter().any(|word| before.ends_with(word));
    let is_logger = || before.ends_with("ILogger<") || before.ends_with("CreateLogger<") || before.ends_with("nameof(");
    !before.ends_with(is_part) && !after.starts_with(is_part) && !is_declared() && !is_constructor() && !is_logger()
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn a_middleware_that_nobody_is_told_of_answers_nothing() {
        let of = |program: &str, class: &str| {
            let program = format!(
                "var app = WebApplication.CreateBuilder(args).Build();\n{program}app.MapGet(\"/a\", () => 1);\napp.Run();\n"
            );
            handling(&[
                ("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n"),
                ("Program.cs", &program),
                ("Failed.cs", class),
            ])
        };
        let middleware = "public class ExceptionMiddleware\n{\n  public ExceptionMiddleware(RequestDelegate next, ILogger<ExceptionMiddleware> log) { }\n}\n";
        assert_eq!(of("", middleware), "framework_default");
        assert_eq!(of("app.UseMiddleware<ExceptionMiddleware>();\n", middleware), "central");
        assert_eq!(of("app.UseMiddleware(typeof(ExceptionMiddleware));\n", middleware), "central");
        // Whatever it is called.
        let shape = "public class Last : IMiddleware\n{\n  public async Task InvokeAsync(HttpContext c, RequestDelegate next)\n  {\n    try { await next(c); }\n    catch (Exception e) { c.Response.StatusCode = 500; }\n  }\n}\n";
        assert_eq!(of("", shape), "framework_default");
        assert_eq!(of("app.UseMiddleware<Last>();\n", shape), "central");
        let known = shape.replace("(Exception e)", "(ValidationException e)");
        assert_eq!(of("app.UseMiddleware<Last>();\n", &known), "partial");
        let handler = "public class Failed : IExceptionHandler\n{\n}\n";
        assert_eq!(of("", handler), "framework_default");
        assert_eq!(of("builder.Services.AddExceptionHandler<Failed>();\n", handler), "central");
    }

    #[test]
    fn a_handler_of_the_pages_beside_an_api_answers_none_of_its_routes() {
        let of = |folder: &str| {
            let api =
                "var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet(\"/a\", () => 1);\napp.Run();\n";
            let pages =
                "class Startup { void Configure(IApplicationBuilder app) { app.UseExceptionHandler(\"/Error\"); } }\n";
            let project = "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n";
            handling(&[
                ("server/Api.csproj", project),
                ("server/Program.cs", api),
                ("pages/Pages.csproj", project),
                (&format!("{folder}/Startup.cs"), pages),
            ])
        };
        assert_eq!(of("server"), "central");
        assert_eq!(of("pages"), "framework_default");
    }
}
