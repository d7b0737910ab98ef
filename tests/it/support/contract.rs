//! GitHub's published description of its API, in `tests/contract`: what the app asks has to fit it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use wiremock::Request;

/// What GitHub publishes; `None` where it is not installed, which CI does not accept.
pub fn published(package: &str, file: &str) -> Option<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/contract/node_modules/@octokit");
    let text = std::fs::read(folder.join(package).join(file)).ok();
    assert!(text.is_some() || !is_required(), "{package} is not there; `tests/run` installs it with npm");
    text.map(|text| serde_json::from_slice(&text).expect("JSON"))
}

#[expect(clippy::disallowed_methods, reason = "CI says that nothing may be skipped")]
fn is_required() -> bool {
    std::env::var("REQUIRE_CONTRACT").is_ok_and(|value| value == "1")
}

static CONTRACT: LazyLock<Option<Contract>> = LazyLock::new(Contract::read);

struct Contract {
    operations: BTreeMap<(String, String), Value>,
    components: Value,
}

/// Why `request` does not fit the description; `None` where it does, or where that is not installed.
pub fn breach(request: &Request) -> Option<String> {
    let contract = CONTRACT.as_ref()?;
    let (method, path) = (request.method.as_str(), request.url.path());
    contract.check(request).err().map(|why| format!("{method} {path}: {why}"))
}

/// The same, of a request in words.
pub fn breach_of(method: &str, path: &str, body: &str) -> Option<String> {
    breach(&Request {
        url: format!("http://github.test{path}").parse().expect("an address"),
        method: method.parse().expect("a method"),
        headers: Default::default(),
        body: body.as_bytes().to_vec(),
    })
}

impl Contract {
    fn read() -> Option<Self> {
        let mut all = published("openapi", "generated/api.github.com.json")?;
        let Value::Object(paths) = all["paths"].take() else { panic!("no paths") };
        let mut operations = BTreeMap::new();
        for (path, methods) in paths {
            let Value::Object(methods) = methods else { continue };
            for (method, operation) in methods {
                operations.insert((method.to_uppercase(), path.clone()), operation);
            }
        }
        Some(Contract { operations, components: all["components"].take() })
    }

    fn check(&self, request: &Request) -> Result<(), String> {
        let method = request.method.as_str();
        let path: Vec<&str> = request.url.path().trim_matches('/').split('/').collect();
        let fits = self.operations.iter().filter(|((of, template), _)| of == method && covers(template, &path));
        // Of several that fit, the one with the fewest words in braces is meant.
        let (_, operation) = fits
            .min_by_key(|((_, template), _)| template.matches('{').count())
            .ok_or("there is no such method and path")?;
        let known: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
        for (name, value) in request.url.query_pairs() {
            let parameter =
                known.iter().map(|parameter| self.resolved(parameter)).find(|parameter| parameter["name"] == *name);
            let parameter = parameter.ok_or_else(|| format!("there is no parameter {name}"))?;
            let read = value.parse::<i64>().map_or_else(|_| json!(value), |number| json!(number));
            self.validate(&parameter["schema"], &read).map_err(|why| format!("parameter {name}: {why}"))?;
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body: Value = match request.body.as_slice() {
            [] => Value::Null,
            bytes => serde_json::from_slice(bytes).map_err(|_| "the body is no JSON")?,
        };
        match (schema, &body) {
            (Value::Null, Value::Null) => Ok(()),
            (Value::Null, _) => Err("no body is asked for".to_owned()),
            (_, Value::Null) if operation["requestBody"]["required"] != true => Ok(()),
            (schema, Value::Object(fields)) => {
                let described = self.fields(schema);
                match fields.keys().find(|field| !described.contains_key(*field)) {
                    Some(field) if !described.is_empty() => Err(format!("there is no field {field}")),
                    _ => self.validate(schema, &body),
                }
            }
            _ => self.validate(schema, &body),
        }
    }

    /// Every field that a schema or one of its alternatives describes.
    fn fields(&self, schema: &Value) -> Map<String, Value> {
        let schema = self.resolved(schema);
        let mut fields = schema["properties"].as_object().cloned().unwrap_or_default();
        for kind in ["oneOf", "anyOf", "allOf"] {
            for alternative in schema[kind].as_array().into_iter().flatten() {
                fields.extend(self.fields(alternative));
            }
        }
        fields
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str().and_then(|at| self.components.pointer(at.strip_prefix("#/components")?)) {
            Some(found) => found,
            None => value,
        }
    }

    fn validate(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let whole = self.whole(schema);
        let validator = jsonschema::validator_for(&whole).expect("GitHub's schema");
        let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors.join("; ")) }
    }

    /// The schema with everything in it that stands elsewhere. Bodies of requests do not hold themselves.
    fn whole(&self, schema: &Value) -> Value {
        match self.resolved(schema) {
            Value::Object(fields) => {
                let mut fields: Map<String, Value> =
                    fields.iter().map(|(name, value)| (name.clone(), self.whole(value))).collect();
                // OpenAPI's own word for it.
                if fields.remove("nullable") == Some(json!(true))
                    && let Some(kind) = fields.get_mut("type")
                {
                    *kind = json!([kind.clone(), "null"]);
                }
                Value::Object(fields)
            }
            Value::Array(all) => all.iter().map(|value| self.whole(value)).collect(),
            other => other.clone(),
        }
    }
}

/// Whether a path of the description is that of a request. `{path}` at the end is all that follows.
fn covers(template: &str, path: &[&str]) -> bool {
    let parts: Vec<&str> = template.trim_matches('/').split('/').collect();
    let same = |(part, word): (&&str, &&str)| part.starts_with('{') || part == word;
    let is_long = parts.last() == Some(&"{path}") && path.len() >= parts.len();
    (is_long || parts.len() == path.len()) && parts.iter().zip(path).all(same)
}
