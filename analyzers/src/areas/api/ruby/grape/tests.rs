use crate::Outcome;
use crate::snapshot::fixture::Fixture;

const ROUTES: &str = "Rails.application.routes.draw do\n  mount Api::Root => '/'\nend\n";

fn repo(files: &[(&str, &str)]) -> crate::Snapshot {
    files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot()
}

fn shown(files: &[(&str, &str)]) -> Vec<String> {
    super::super::endpoints(&repo(files)).iter().map(|it| format!("{} {}", it.method, it.path)).collect()
}

#[test]
fn classes_are_followed_to_where_they_are_mounted() {
    let root = "module Api \n  class Root < Grape::API \n    mount Api::V1::Base\n  end\nend\n";
    let base = "module Api\n  module V1\n    class Base < Root\n      version 'v1', using: :path\n      prefix :api\n      mount Api::V1::Notes::Base\n    end\n  end\nend\n";
    let notes = "module Api\n  module V1\n    module Notes\n      class Base < Api::V1::Base\n        resource :notes do \n          mount Api::V1::Notes::All\n          route_param :id, type: Integer do\n            mount Notes::Close\n          end\n        end\n      end\n    end\n  end\nend\n";
    let all = "module Api\n  module V1\n    module Notes\n      class All < Base\n        desc 'all of them'\n        get do \n          Note.all\n        end\n      end\n    end\n  end\nend\n";
    let close = "class Api::V1::Notes::Close < Api::V1::Notes::Base\n  resource :close do\n    params do\n      group :why do\n      end\n    end\n    patch do \n      client.delete('/x')\n    end\n  end\nend\n";
    let files = [
        ("config/routes.rb", ROUTES),
        ("app/api/root.rb", root),
        ("app/api/v1/base.rb", base),
        ("app/api/v1/notes/base.rb", notes),
        ("app/api/v1/notes/all.rb", all),
        ("app/api/v1/notes/close.rb", close),
    ];
    assert_eq!(shown(&files), ["GET /api/v1/notes", "PATCH /api/v1/notes/:id/close"]);
    let finding = super::super::super::versioned::examine(&repo(&files));
    assert_eq!((finding.outcome(), &finding.facts()["frameworks"]), (Outcome::Met, &serde_json::json!(["Grape"])));
}

#[test]
fn settings_of_an_included_module_count_and_the_innermost_version_holds() {
    let defaults = "module API\n  module Defaults\n    extend ActiveSupport::Concern\n    included do\n      prefix 'api'\n      version 'v1', using: :path\n    end\n  end\nend\n";
    let users = "module API\n  class Users < Grape::API\n    include API::Defaults\n    version 'v2', using: :path do\n      get :me do\n      end\n    end\n    get ':id' do\n    end\n  end\nend\n";
    let all = "module API\n  class All < Grape::API\n    mount API::Users\n    add_swagger_documentation\n  end\nend\n";
    let routes = "Rails.application.routes.draw do\n  scope '/x' do\n    mount API::All, at: '/y'\n  end\nend\n";
    let files = [
        ("app/api/defaults.rb", defaults),
        ("app/api/users.rb", users),
        ("app/api/all.rb", all),
        ("config/routes.rb", routes),
    ];
    assert_eq!(shown(&files), ["GET /x/y/api/v2/me", "GET /x/y/api/v1/:id"]);
}

#[test]
fn a_version_in_a_header_is_none_in_the_path() {
    let api = "class API < Grape::API\n  version 'v1', using: :header, vendor: 'a'\n  resource :notes do\n    get { Note.all }\n    post do\n    end\n  end\nend\n";
    assert_eq!(shown(&[("api.rb", api)]), ["GET /notes", "POST /notes"]);
    let finding = super::super::super::versioned::examine(&repo(&[("api.rb", api)]));
    assert_eq!(finding.facts()["scheme"], "media-type");
}

#[test]
fn classes_whose_mounts_can_not_be_followed_are_no_fault() {
    let of = |name: &str| {
        format!("class {name} < Grape::API\n  get :a do\n  end\n  post :b do\n  end\n  delete :c do\n  end\nend\n")
    };
    let (users, notes) = (of("Users"), of("Notes"));
    let outcome = |files: &[(&str, &str)]| super::super::super::versioned::examine(&repo(files)).outcome();
    let both = [("api/users.rb", &*users), ("api/notes.rb", &*notes)];
    assert_eq!(outcome(&both), Outcome::NotAssessable);
    assert_eq!(outcome(&both[..1]), Outcome::NotMet);
    let dynamic = "class All < Grape::API\n  LIST.each { |it| mount it }\nend\n";
    assert_eq!(outcome(&[both[0], both[1], ("api/all.rb", dynamic)]), Outcome::NotAssessable);
    let rack = ("config.ru", "require './api'\nrun Rack::Cascade.new [Users, Notes]\n");
    assert_eq!(outcome(&[both[0], both[1], rack]), Outcome::NotMet);
    let setting = "Rails.application.routes.draw do\n  mount Users => ENV['AT']\nend\n";
    assert_eq!(outcome(&[both[0], ("config/routes.rb", setting)]), Outcome::NotAssessable);
}

#[test]
fn a_class_of_another_kind_with_the_same_words_is_none() {
    let api = "class API < Grape::API\n  get :a do\n  end\nend\n";
    let other = "class Client < Base\n  get :b do\n  end\nend\n";
    assert_eq!(shown(&[("api.rb", api), ("client.rb", other)]), ["GET /a"]);
}
