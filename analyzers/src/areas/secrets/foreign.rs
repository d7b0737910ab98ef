//! What was copied into a repository as a whole and nobody there wrote.

use crate::paths;

/// Whether `lower`, a path in small letters, is a part of such a copy.
pub(super) fn is_brought(lower: &str) -> bool {
    is_of_a_system(lower) || is_of_a_saved_page(lower) || is_of_nuget(lower)
}

/// Whether `lower` is a path of an installed system, as in the copy of a root file system.
fn is_of_a_system(lower: &str) -> bool {
    let rooted = format!("/{lower}");
    ["/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib64/", "/usr/share/", "/usr/libexec/"]
        .iter()
        .any(|folder| rooted.contains(folder))
        || paths::name(lower).ends_with(".so")
        || paths::name(lower).contains(".so.")
}

/// Whether `lower` is what a browser put beside a page that it saved: a folder with the title of the page.
fn is_of_a_saved_page(lower: &str) -> bool {
    paths::folder(lower).split('/').any(|part| part.contains(' ') && part.ends_with("_files"))
}

/// Whether `lower` lies in a package as the classic NuGet unpacks them, `packages/<name>.<version>/`, or is a library that
/// many programs of .NET are built with and copied beside one. What a program was built into itself is its own.
fn is_of_nuget(lower: &str) -> bool {
    const LIBRARIES: &[&str] = &[
        "microsoft.",
        "system.",
        "swashbuckle.",
        "nswag.",
        "newtonsoft.",
        "entityframework",
        "azure.",
        "google.",
        "grpc.",
        "awssdk.",
        "serilog.",
        "nlog.",
        "mysql.data.",
        "npgsql.",
    ];
    let is_versioned = |part: &str| {
        let numbers = part.split('.').rev().take_while(|piece| piece.starts_with(|c: char| c.is_ascii_digit()));
        numbers.count() >= 2 && !part.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut parts = paths::folder(lower).split('/').peekable();
    while let Some(part) = parts.next() {
        if part == "packages" && parts.peek().is_some_and(|package| is_versioned(package)) {
            return true;
        }
    }
    let name = paths::name(lower);
    let is_library = name.ends_with(".dll") || name.ends_with(".dll.deploy");
    is_library && LIBRARIES.iter().any(|library| name.starts_with(library))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_nuget_were_written_by_others() {
        for path in [
            "packages/swashbuckle.core.5.6.0/lib/net40/swashbuckle.core.dll",
            "src/packages/antlr.3.5.0.2/lib/antlr3.runtime.dll",
            "api/bin/debug/net6.0/swashbuckle.aspnetcore.swaggerui.dll",
            "app.publish/microsoft.openapi.dll.deploy",
        ] {
            assert!(is_brought(path), "{path}");
        }
        for path in [
            "packages/shop/src/index.ts",
            "packages/api.v2/config.json",
            "api/bin/debug/net6.0/shop.service.dll",
            "microsoft.settings.json",
        ] {
            assert!(!is_brought(path), "{path}");
        }
    }
}
