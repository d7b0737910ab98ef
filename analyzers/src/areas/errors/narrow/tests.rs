use crate::areas::errors::central::finding;
use crate::areas::observability::server::Server;
use crate::snapshot::fixture::Fixture;

/// The word for how errors are handled, with these files.
pub(in crate::areas::errors) fn handling(files: &[(&str, &str)]) -> String {
    let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
    finding(&repo, &Server::of(&repo)).facts()["handling"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_base_class_of_the_programs_own_is_all_that_it_knows() {
    let app = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\ndef a():\n    return b()\n";
    let of = |class: &str, errors: &str| {
        let handler = format!(
            "{app}@app.exception_handler({class})\ndef failed(request, error):\n    return JSONResponse({{}})\n"
        );
        handling(&[("app.py", &handler), ("errors.py", errors)])
    };
    let errors = "class ShopError(Exception):\n    pass\n\nclass Missing(ShopError):\n    pass\n";
    assert_eq!(of("ShopError", errors), "central");
    assert_eq!(of("Missing", errors), "partial");
    assert_eq!(of("RequestValidationError", ""), "partial");
    // All that the program declares.
    assert_eq!(of("ShopError", "class ShopError(Exception):\n    pass\n"), "central");
    let more = "class ShopError(Exception):\n    pass\n\nclass Other(Exception):\n    pass\n";
    assert_eq!(of("ShopError", more), "partial");
    let raised = "class ShopError(Exception):\n    pass\n\ndef f():\n    raise HTTPException(status_code=404)\n";
    assert_eq!(of("ShopError", raised), "central");
    assert_eq!(of("ShopError", &raised.replace("raise HTTPException", "return JSONResponse")), "partial");
    assert_eq!(of("Exception", ""), "central");
}

#[test]
fn a_controller_of_rails_answers_for_itself() {
    let routes = "Rails.application.routes.draw do\n  get '/users', to: 'users#index'\nend\n";
    let of = |class: &str, path: &str| {
        let text = format!("class {class}\n  rescue_from StandardError, with: :failed\n  def index\n  end\nend\n");
        let posts = "class PostsController < ApplicationController\n  def show\n  end\nend\n";
        let files = [("Gemfile", "gem 'rails'\n"), ("config/routes.rb", routes)];
        let controllers = [(path, text.as_str()), ("app/controllers/posts_controller.rb", posts)];
        handling(&[files, controllers].concat())
    };
    let of_all = of("ApplicationController < ActionController::API", "app/controllers/application_controller.rb");
    assert_eq!(of_all, "central");
    assert_eq!(of("UsersController < ApplicationController", "app/controllers/users_controller.rb"), "partial");
}

#[test]
fn filters_and_pages_for_single_classes() {
    let nest = "@Controller('a')\nexport class A {\n  @Get() a() { return 1; }\n}\n";
    let of = |class: &str| {
        let filter = format!(
            "@Catch({class})\nexport class Failed implements ExceptionFilter {{ catch(e, host) {{ host.end(); }} }}\n"
        );
        let main = "app.useGlobalFilters(new Failed());\n";
        let package = r#"{"dependencies": {"@nestjs/core": "10"}}"#;
        handling(&[("package.json", package), ("a.controller.ts", nest), ("failed.ts", &filter), ("main.ts", main)])
    };
    assert_eq!(of(""), "central");
    assert_eq!(of("HttpException"), "central");
    assert_eq!(of("PrismaClientKnownRequestError"), "partial");
    let filter =
        ("failed.ts", "@Catch()\nexport class Failed implements ExceptionFilter { catch(e, host) { host.end(); } }\n");
    let package = ("package.json", r#"{"dependencies": {"@nestjs/core": "10"}}"#);
    let filtered = nest.replace("@Controller('a')", "@UseFilters(Failed)\n@Controller('a')");
    let (filtered, other) = (("b.controller.ts", filtered.as_str()), ("a.controller.ts", nest));
    assert_eq!(handling(&[package, filter, filtered, other]), "partial");
    assert_eq!(handling(&[package, filter, filtered]), "central");
}

#[test]
fn a_blueprint_of_flask_answers_for_its_own_routes() {
    let of = |handler: &str| {
        let blueprint = |name: &str, rest: &str| {
            format!(
                "from flask import Blueprint\n{name} = Blueprint('{name}', __name__)\n@{name}.get('/{name}')\ndef show():\n    return a()\n{rest}"
            )
        };
        let handler = format!("@users.{handler}(Exception)\ndef failed(error):\n    return {{}}, 500\n");
        let (users, posts) = (blueprint("users", &handler), blueprint("posts", ""));
        handling(&[("requirements.txt", "flask\n"), ("users.py", &users), ("posts.py", &posts)])
    };
    assert_eq!(of("errorhandler"), "partial");
    assert_eq!(of("app_errorhandler"), "central");
}
