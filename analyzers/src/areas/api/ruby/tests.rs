use super::*;
use crate::areas::api::Surface;
use crate::snapshot::fixture::Fixture;

pub(super) fn shown(path: &str, text: &str) -> Vec<String> {
    let repo = Fixture::new().file(path, text).snapshot();
    endpoints(&repo).into_iter().map(|it| format!("{} {}", it.method, it.path)).collect()
}

#[test]
fn routes_of_rails() {
    let routes = "Rails.application.routes.draw do\n  namespace :api do\n    namespace :v1 do\n      resources :users, only: [:index, :show] do\n        member do\n          post :activate\n        end\n        resources :notes, only: [:create]\n      end\n    end\n  end\n  get 'terms', to: 'pages#terms'\nend\n";
    assert_eq!(
        shown("config/routes.rb", routes),
        [
            "GET /api/v1/users",
            "GET /api/v1/users/:id",
            "POST /api/v1/users/:id/activate",
            "POST /api/v1/users/:user_id/notes",
            "GET /terms"
        ]
    );
}

#[test]
fn rails_names_keys_and_leaves_the_member() {
    let routes = "Rails.application.routes.draw do\n  scope :api do\n    devise_for :users, path_names: { sign_in: :login }\n    resources :articles, param: :slug, only: [:show] do\n      resource :favorite, only: [:create]\n      get :feed, on: :collection\n    end\n  end\nend\n";
    assert_eq!(
        shown("config/routes.rb", routes),
        [
            "POST /api/users/login",
            "DELETE /api/users/sign_out",
            "POST /api/users",
            "GET /api/articles/:slug",
            "POST /api/articles/:article_slug/favorite",
            "GET /api/articles/feed"
        ]
    );
}

#[test]
fn actions_of_a_controller_with_pages_show_pages() {
    let routes = "Rails.application.routes.draw do\n  get '/hot' => 'songs#hot'\n  get '/old', to: redirect('/new')\n  match '/find' => 'songs#find', via: [:get, :post]\n  resources :songs, only: [:index, :create] do\n    get :played, on: :member\n  end\n  get '/counts' => 'songs#counts'\n  namespace :api do\n    resources :songs, only: [:create]\n  end\n  scope module: :json do\n    delete '/songs' => 'songs#clear'\n  end\nend\n";
    let controller = "class SongsController\n  def hot\n    render action: :index\n  end\n\n  def counts\n    render json: {}\n  end\nend\n";
    let repo = Fixture::new()
        .file("config/routes.rb", routes)
        .file("app/controllers/songs_controller.rb", controller)
        .file("app/views/songs/index.html.erb", "<p>")
        .snapshot();
    let shown = |page: bool| {
        let all = endpoints(&repo).into_iter().filter(|it| it.page == page);
        all.map(|it| format!("{} {}", it.method, it.path)).collect::<Vec<_>>()
    };
    assert_eq!(
        shown(true),
        ["GET /hot", "GET /find", "POST /find", "GET /songs", "POST /songs", "GET /songs/:id/played"]
    );
    assert_eq!(shown(false), ["GET /counts", "POST /api/songs", "DELETE /songs"]);
}

#[test]
fn routes_of_sinatra_and_grape() {
    assert_eq!(shown("app.rb", "require 'sinatra'\nget '/users' do\n  json []\nend\n"), ["GET /users"]);
    assert_eq!(
        shown(
            "api.rb",
            "class API < Grape::API\n  prefix :api\n  version 'v1', using: :path\n  resource :users do\n    get ':id' do\n    end\n  end\nend\n"
        ),
        ["GET /api/v1/users/:id"]
    );
}

#[test]
fn routes_of_sinatra_in_files_that_do_not_name_it() {
    let route = "get '/v1/events' do\n  json []\nend\n";
    let shown = |gemfile: &str, path: &str| {
        let repo = Fixture::new().file("Gemfile", gemfile).file(path, route).snapshot();
        endpoints(&repo).into_iter().map(|it| it.path).collect::<Vec<_>>()
    };
    let gemfile = "source 'https://rubygems.org'\ngem 'sinatra'\n";
    assert_eq!(shown(gemfile, "lib/routes/events.rb"), ["/v1/events"]);
    assert!(shown(gemfile, "spec/requests/events_spec.rb").is_empty());
    assert!(shown("gem 'rack-test'\n", "lib/client.rb").is_empty());
}

#[test]
fn routes_below_the_map_of_their_class() {
    let controller = "class UserController < Application\n  map '/user'\n\n  get '/' do\n    json []\n  end\nend\n";
    let repo = Fixture::new().file("Gemfile", "gem 'sinatra'\n").file("app/user_controller.rb", controller).snapshot();
    assert_eq!(endpoints(&repo)[0].path, "/user");
}

#[test]
fn versions_by_constraint_are_a_cue() {
    let repo = Fixture::new()
        .file("config/routes.rb", "Rails.application.routes.draw do\n  scope module: :v1, constraints: ApiConstraints.new(version: 1) do\n    resources :users\n  end\nend\n")
        .snapshot();
    assert_eq!(version_cues(&repo)[0].scheme, "header");
}

#[test]
fn one_of_many_is_named_as_rails_names_it() {
    let routes = "Rails.application.routes.draw do\n  resources :stories, only: [] do\n    resources :comments, only: [:index]\n  end\nend\n";
    let repo = Fixture::new().file("Gemfile", "gem 'rails'\n").file("config/routes.rb", routes).snapshot();
    assert_eq!(endpoints(&repo)[0].path, "/stories/:story_id/comments");
}

#[test]
fn extensions_of_sinatra_add_routes_to_an_application() {
    let extension = "module Patients\n  def self.registered(app)\n    app.get '/patients' do\n      json(all)\n    end\n    params.get '/no' do\n    end\n  end\nend\n";
    let repo = Fixture::new().file("Gemfile", "gem 'sinatra'\n").file("lib/patients.rb", extension).snapshot();
    let shown: Vec<String> = endpoints(&repo).into_iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(shown, ["GET /patients"]);
}

#[test]
fn what_sinatra_renders_is_a_page() {
    let text = "require 'sinatra'\nget '/' do\n  markdown :README\nend\nget '/style.css' do\n  sass :style\nend\nget '/users' do\n  json all\nend\n";
    let repo = Fixture::new().file("app.rb", text).snapshot();
    let pages: Vec<bool> = endpoints(&repo).into_iter().map(|it| it.page).collect();
    assert_eq!(pages, [true, true, false]);
}

#[test]
fn routes_below_the_map_of_the_rackup_file() {
    let repo = Fixture::new()
        .file("Gemfile", "gem 'sinatra'\n")
        .file("config.ru", "require './users'\nmap('/api/v1') { run Users }\n")
        .file("users.rb", "class Users < Sinatra::Base\n  get '/users' do\n    json []\n  end\nend\n")
        .file("pages.rb", "class Pages < Sinatra::Base\n  get '/about' do\n    json []\n  end\nend\n")
        .snapshot();
    let paths: Vec<String> = endpoints(&repo).into_iter().map(|it| it.path).collect();
    assert_eq!(paths, ["/about", "/api/v1/users"]);
}

#[test]
fn grape_answers_at_the_path_around() {
    let api = "class API < Grape::API\n  version 'v1', using: :path\n  resource :notes do\n    get do\n      Note.all\n    end\n  end\nend\n";
    assert_eq!(shown("api.rb", api), ["GET /v1/notes"]);
}

#[test]
fn what_rack_cors_allows_is_no_route() {
    let app = "require 'sinatra'\nuse Rack::Cors do\n  allow do\n    origins '*'\n    resource '/api/*', methods: %i[get post]\n  end\nend\nget '/links' do\n  json []\nend\n";
    let repo = Fixture::new().file("Gemfile", "gem 'sinatra'\n").file("app.rb", app).snapshot();
    let paths: Vec<&str> = Surface::of(&repo).endpoints.iter().map(|endpoint| endpoint.path.as_str()).collect();
    assert_eq!(paths, ["/links"]);
}

#[test]
fn devise_is_below_its_own_prefix_and_path() {
    let of = |options: &str| {
        shown("config/routes.rb", &format!("Rails.application.routes.draw do\n  devise_for :users, {options}\nend\n"))
    };
    assert_eq!(of("path_prefix: 'api/v1', skip: %i[sessions password]"), ["POST /api/v1/users"]);
    assert_eq!(of("path: 'members', skip: [:sessions]"), ["POST /members"]);
    assert_eq!(of("path: '', skip: [:registrations]"), ["POST /sign_in", "DELETE /sign_out"]);
    assert!(of("skip: :all").is_empty());
}
