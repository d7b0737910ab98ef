//! What comes in by a parameter: what a framework takes from a request, or whatever callers pass.

use super::{Origin, Tracer};
use crate::areas::security::sql::names::{declares, kind_of};
use crate::areas::security::sql::{expression, values};
use crate::code::{CodeMatch, Function, Language};

impl<'a> Tracer<'a> {
    /// Where the value of the parameter `name` comes from, of the innermost function around `place` that has one; what is
    /// no parameter is harmless.
    pub(super) fn parameter(&self, name: &str, place: &CodeMatch) -> Origin {
        for function in place.functions.iter().rev() {
            let Some(list) = function.parameters.clone().and_then(|range| self.text.get(range)) else { continue };
            let parameters = expression::arguments(list);
            let Some(parameter) = parameters.iter().find(|parameter| declares(parameter, name, self.language)) else {
                continue;
            };
            if values::NUMERIC.is_match(&kind_of(parameter, self.language))
                || values::is_checked_parameter(parameter)
                || values::is_enum_of(self.repo, parameter, self.language)
            {
                return Origin::Harmless;
            }
            let is_request = [
                "@RequestParam",
                "@PathVariable",
                "@RequestBody",
                "@RequestHeader",
                "[From",
                "Path<",
                "Query<",
                "Json<",
                "Form<",
                "@Param(",
                "@Query(",
                "@Body(",
            ]
            .iter()
            .any(|mark| parameter.contains(mark));
            let is_injected = ["Depends(", "[FromServices", "State<", "Data<", "Session", "Connection", "Pool"]
                .iter()
                .any(|mark| parameter.contains(mark));
            let takes_apart = parameter.starts_with('{')
                && matches!(name, "query" | "body" | "params" | "headers" | "cookies")
                && parameters.iter().any(|other| matches!(*other, "res" | "response" | "reply" | "next"));
            if takes_apart {
                return Origin::Request;
            }
            return match () {
                () if values::is_text_of_graphql(self.text, name, self.language) => Origin::Request,
                () if values::is_number_in_address(self.repo, name, self.above(function)) => Origin::Harmless,
                () if is_injected || matches!(name, "self" | "this") => Origin::Harmless,
                () if matches!(name, "request" | "req") && !is_made_of_one(parameter, self.language) => {
                    Origin::Harmless
                }
                () if is_request || self.is_handler(function, &parameters) => Origin::Request,
                () => Origin::Parameter,
            };
        }
        Origin::Harmless
    }

    /// The decorators of a function of Python.
    fn above(&self, function: &Function) -> Option<&'a str> {
        let before = &self.text[..self.text[..function.bytes.start].rfind('\n').map_or(0, |at| at + 1)];
        let decorated: usize = before
            .split_inclusive('\n')
            .rev()
            .take_while(|line| line.trim_start().starts_with('@'))
            .map(str::len)
            .sum();
        (self.language == Language::Python).then(|| &before[before.len() - decorated..])
    }

    /// Whether a framework calls the function with what a request carries.
    fn is_handler(&self, function: &Function, parameters: &[&str]) -> bool {
        let by_endpoint =
            matches!(self.language, Language::Python | Language::Java | Language::Kotlin | Language::CSharp)
                && self.declared.iter().any(|(first, last)| *first <= function.line + 1 && function.line <= last + 3);
        let takes_request = parameters.iter().take(2).any(|parameter| {
            matches!(*parameter, "request" | "$request")
                || parameter.starts_with("request:")
                || parameter.ends_with("Request $request")
        });
        by_endpoint || takes_request && matches!(self.language, Language::Python | Language::Php)
    }
}

/// Whether a parameter of Go, whatever it is called, is what a program made of a request, and not the request of a framework,
/// whose members the framework fills: `req ListUsers`.
fn is_made_of_one(parameter: &str, language: Language) -> bool {
    let kind = kind_of(parameter, language);
    language == Language::Go && !kind.is_empty() && !["http.", "Context", "Ctx"].iter().any(|of| kind.contains(of))
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{Met, NotApplicable, NotMet, Partly};
    use crate::areas::security::sql::tests::outcome;

    #[test]
    fn a_parameter_of_a_function_is_said_with_care() {
        let text = "def find(name):\n    cursor.execute(\"SELECT * FROM users WHERE name = '\" + name + \"'\")\n";
        assert_eq!(outcome("repository.py", text), Partly);
        // A name of a table is nearly always a constant of the caller.
        assert_eq!(outcome("repository.py", "def all(table):\n    cursor.execute(f\"SELECT * FROM {table}\")\n"), Met);
    }

    #[test]
    fn what_a_program_made_of_a_request_is_no_framework_s() {
        let of = |kind: &str, member: &str| {
            let text = format!(
                "package gormusers\n\nfunc (r *repo) List(ctx context.Context, req {kind}) error {{\n\tsort := \"id\"\n\tif req.Sort != \"\" {{\n\t\tsort = req.Sort + \" desc\"\n\t}}\n\treturn r.db.Limit(req.Limit).Order(sort).Find(&users).Error\n}}\n\ntype ListUsers struct {{\n\tSort {member}\n}}\n"
            );
            outcome("users.go", &text)
        };
        assert_eq!(of("ListUsers", "string"), Partly);
        assert_eq!(of("*service.ListUsers", "string"), Partly);
        assert_eq!(of("ListUsers", "int"), NotApplicable);
        assert_eq!(of("*http.Request", "string"), NotApplicable);
    }

    #[test]
    fn what_clients_of_graphql_in_ruby_send_is_of_a_request() {
        let of = |kind: &str, parameter: &str| {
            let text = format!(
                "class QueryType < BaseObject\n  field :users, [UserType] do\n    argument :by, {kind}, required: false\n  end\n\n  def users({parameter}:)\n    User.where(\"#{{{parameter}}} = 'a'\")\n  end\nend\n"
            );
            outcome("app/graphql/types/query_type.rb", &text)
        };
        assert_eq!(of("String", "by"), NotMet);
        assert_eq!(of("[String]", "by"), NotMet);
        assert_ne!(of("Integer", "by"), NotMet);
        assert_ne!(of("Types::SortKey", "by"), NotMet);
        assert_ne!(of("String", "other"), NotMet);
    }
}
