//! Routes that asked who is calling, and ask nobody any more.

use std::collections::BTreeMap;

use super::{Open, context, handlers, is_guarded_as_a_whole, is_sign_up, rails, unknown};
use crate::Snapshot;
use crate::areas::security::login;

/// Those that had a guard `before` and have none `now`, by place. A route that is gone, or called otherwise, has lost
/// nothing, and neither has one before which something stands that may be a guard under another name.
pub(crate) fn lost(before: &Snapshot, now: &Snapshot) -> Vec<Open> {
    let is_new_for_all = || unknown::for_all(now).difference(&unknown::for_all(before)).next().is_some();
    if is_guarded_as_a_whole(now) || is_new_for_all() {
        return Vec::new();
    }
    let was_whole = is_guarded_as_a_whole(before);
    // Two files may declare the same route, one of them without a guard: that one has lost none.
    let mut had: BTreeMap<(String, String), bool> = BTreeMap::new();
    for (open, is_guarded, _) in routes(before) {
        *had.entry((open.method, open.path)).or_insert(true) &= was_whole || is_guarded;
    }
    let mut lost: Vec<Open> = routes(now)
        .into_iter()
        .filter(|(open, is_guarded, may_be)| {
            !is_guarded && !may_be && had.get(&(open.method.clone(), open.path.clone())) == Some(&true)
        })
        .map(|(open, ..)| open)
        .collect();
    lost.sort_by(|a, b| a.place.cmp(&b.place));
    lost.dedup_by(|a, b| a.place == b.place);
    lost
}

/// Every route but those by which somebody becomes known, with whether it has a guard, and whether it may have one.
fn routes(repo: &Snapshot) -> Vec<(Open, bool, bool)> {
    let of_files = handlers(repo).into_values().flatten();
    let asked = of_files.filter(|(endpoint, _)| !login::is_login(endpoint) && !is_sign_up(endpoint));
    let told = |(endpoint, handler): (&_, context::Guarded)| {
        (Open::of(repo, endpoint, &handler), handler.is_guarded, handler.may_be_guarded)
    };
    let mut all: Vec<_> = asked.map(told).collect();
    all.extend(rails::actions(repo));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn found(path: &str, before: &str, now: &str) -> Vec<(String, String)> {
        let of = |text: &str| Fixture::new().file(path, text).snapshot();
        lost(&of(before), &of(now)).into_iter().map(|open| (open.method, open.path)).collect()
    }

    #[test]
    fn a_guard_that_went_is_told_by_its_route_whatever_the_framework() {
        let express = "const r = require('express')()\nr.get('/items', list)\nr.put('/items/:id', auth, change)\n";
        let flask = "from flask import Flask\napp = Flask(__name__)\n\n@app.get('/items')\n@login_required\ndef items():\n    return []\n";
        let fastapi = "from fastapi import FastAPI, Depends\napp = FastAPI()\n\n@app.get('/items')\ndef items(user=Depends(get_current_user)):\n    return []\n";
        let rails = "class ItemsController < ApplicationController\n  before_action :authenticate_user!\n  def update\n    Item.find(params[:id]).update(name: params[:name])\n  end\nend\n";
        let laravel = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::middleware('auth:sanctum')->get('/items', [ItemController::class, 'index']);\n";
        let spring = "@RestController\nclass A {\n  @GetMapping(\"/items\")\n  @PreAuthorize(\"isAuthenticated()\")\n  int items() { return 1; }\n}\n";
        for (path, before, guard) in [
            ("routes.js", express, "auth, "),
            ("app.py", flask, "@login_required\n"),
            ("app.py", fastapi, "user=Depends(get_current_user)"),
            ("app/controllers/items_controller.rb", rails, "  before_action :authenticate_user!\n"),
            ("routes/api.php", laravel, "middleware('auth:sanctum')->"),
            ("A.java", spring, "  @PreAuthorize(\"isAuthenticated()\")\n"),
        ] {
            assert!(before.contains(guard), "{path}");
            let lost = found(path, before, &before.replace(guard, ""));
            assert_eq!(lost.len(), 1, "{path}: {lost:?}");
            assert!(lost[0].1.contains("items"), "{lost:?}");
            assert!(found(path, before, before).is_empty(), "{path}");
        }
    }

    #[test]
    fn what_stands_before_a_route_under_an_unknown_name_may_be_the_guard() {
        let express = "const r = require('express')()\nr.get('/items', list)\nr.put('/items/:id', auth, change)\n";
        let nest = "@Controller('items')\nexport class A {\n  @Put(':id')\n  @UseGuards(JwtGuard)\n  change() {}\n}\n";
        let flask = "from flask import Flask\napp = Flask(__name__)\n\n@app.put('/items/<id>')\n@login_required\ndef items(id):\n    return []\n";
        let fastapi = "from fastapi import FastAPI, Depends\napp = FastAPI()\n\n@app.put('/items')\ndef items(x=Depends(get_current_user)):\n    return []\n";
        let gin = "package a\n\nimport \"github.com/gin-gonic/gin\"\n\nfunc f() {\n\tr := gin.New()\n\tr.PUT(\"/items/:id\", auth(), change)\n}\n";
        let rails = "class ItemsController < ApplicationController\n  before_action :authenticate_user!\n  def update\n    Item.find(params[:id]).update(name: params[:name])\n  end\nend\n";
        let laravel = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::middleware('auth:sanctum')->put('/items', [ItemController::class, 'index']);\n";
        let spring = "@RestController\nclass A {\n  @PutMapping(\"/items\")\n  @PreAuthorize(\"isAuthenticated()\")\n  int items() { return 1; }\n}\n";
        let ktor = "fun Application.f() {\n  routing {\n    authenticate(\"jwt\") {\n      put(\"/items\") { call.respond(1) }\n    }\n  }\n}\n";
        for (path, before, guard, other, harmless) in [
            ("routes.js", express, "auth, ", "bouncer, ", "validate(item), "),
            ("a.controller.ts", nest, "@UseGuards(JwtGuard)", "@Bouncer()", "@HttpCode(200)"),
            ("app.py", flask, "@login_required", "@bouncer", "@validate_json"),
            ("app.py", fastapi, "get_current_user", "bouncer", "get_db"),
            ("main.go", gin, "auth()", "bouncer()", "requestLogger()"),
            ("app/controllers/items_controller.rb", rails, ":authenticate_user!", ":bounce", ":set_item"),
            ("routes/api.php", laravel, "auth:sanctum", "bouncer", "throttle:60"),
            ("A.java", spring, "@PreAuthorize(\"isAuthenticated()\")", "@Bouncer", "@ResponseStatus(OK)"),
            ("A.kt", ktor, "authenticate(\"jwt\")", "bouncer", "route(\"/v1\")"),
        ] {
            assert!(before.contains(guard), "{path}");
            assert!(found(path, before, &before.replace(guard, other)).is_empty(), "{path}");
            if !path.ends_with(".kt") {
                assert_eq!(found(path, before, &before.replace(guard, harmless)).len(), 1, "{path}");
            }
        }
        let whole = express.replace("r.get(", "r.use(bouncer)\nr.get(").replace("auth, ", "");
        assert!(found("routes.js", express, &whole).is_empty());
    }

    #[test]
    fn a_route_that_another_file_guards_and_this_one_never_did_has_lost_nothing() {
        let route = |guard: &str| format!("const r = require('express')()\nr.put('/items/:id', {guard}change)\n");
        let of = |first: &str, second: &str| {
            Fixture::new().file("a.js", &route(first)).file("b.js", &route(second)).snapshot()
        };
        for (first, second) in [("", "auth, "), ("auth, ", "")] {
            assert!(lost(&of(first, second), &of(first, second)).is_empty());
        }
        assert_eq!(lost(&of("auth, ", "auth, "), &of("auth, ", "")).len(), 1);
    }

    #[test]
    fn a_guard_that_only_moved_is_not_lost() {
        let before =
            "const r = require('express')()\nr.put('/items/:id', auth, change)\nr.delete('/items/:id', auth, b)\n";
        let moved =
            "const r = require('express')()\nr.use(auth)\nr.put('/items/:id', change)\nr.delete('/items/:id', b)\n";
        assert!(found("routes.js", before, moved).is_empty());
        let gone = "const r = require('express')()\nr.delete('/items/:id', auth, b)\n";
        assert!(found("routes.js", before, gone).is_empty(), "a route that is gone has lost nothing");
        assert_eq!(found("routes.js", moved, &moved.replace("r.use(auth)\n", "")).len(), 2);
    }
}
