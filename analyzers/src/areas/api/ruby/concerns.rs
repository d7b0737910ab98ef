//! Routes of Rails that count elsewhere than where they stand: in concerns, and in files that others draw.

use std::collections::BTreeMap;

use super::{Reader, head, name};
use crate::areas::api::routing::leave;
use crate::areas::api::values::{split, words};
use crate::code::CodeMatch;

/// How deep concerns may use concerns, and how many endpoints a file may have before no more are added by them.
const CONCERNS_DEEP: u8 = 3;
const CONCERNS_LISTED: usize = 5_000;

/// The calls within each `concern :name do`.
pub(super) fn concerns<'a>(text: &str, calls: &[&'a CodeMatch]) -> BTreeMap<String, Vec<&'a CodeMatch>> {
    let mut concerns = BTreeMap::new();
    for (index, found) in calls.iter().enumerate().filter(|(_, it)| it.var("METHOD") == Some("concern")) {
        let Some(head) = text.get(found.bytes.clone()).map(head) else { continue };
        let first =
            split(head.trim_start_matches("concern").trim_matches(['(', ')', ' ']), ',').first().map(|it| name(it));
        let inner = calls[index + 1..].iter().copied().take_while(|it| it.bytes.start < found.bytes.end);
        concerns.insert(first.unwrap_or_default(), inner.collect());
    }
    concerns
}

impl<'a> Reader<'a> {
    /// The routes of `config/routes/name.rb`, where they are drawn.
    pub(super) fn draw(&mut self, found: &CodeMatch, name: &str) {
        let folder = crate::paths::folder(&found.path);
        let path = format!("{folder}/routes/{name}.rb");
        let (Some((_, calls)), Some(text)) = (self.files.get_key_value(&*path), self.repo.text(&path)) else { return };
        if self.depth >= CONCERNS_DEEP || self.endpoints.len() > CONCERNS_LISTED {
            leave(self.repo, "Rails");
            return;
        }
        let around = self.open.len();
        let outer = std::mem::replace(&mut self.text, text);
        self.depth += 1;
        for found in calls {
            self.within(around, found);
        }
        self.depth -= 1;
        self.text = outer;
        self.open.truncate(around);
    }

    /// The routes of the named concerns, where they are used.
    pub(super) fn concern(&mut self, names: &str) {
        if self.depth >= CONCERNS_DEEP || self.endpoints.len() > CONCERNS_LISTED {
            leave(self.repo, "Rails");
            return;
        }
        for name in words(names) {
            let calls: Vec<&'a CodeMatch> = self.concerns.get(name).cloned().unwrap_or_default();
            let around = self.open.len();
            self.depth += 1;
            for found in calls {
                self.within(around, found);
            }
            self.depth -= 1;
            self.open.truncate(around);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::areas::api::ruby::endpoints;
    use crate::areas::api::ruby::tests::shown;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn concerns_of_rails_count_where_they_are_used() {
        let routes = "Rails.application.routes.draw do\n  concern :likable do\n    member { post :like }\n    resources :fans, only: [:index]\n  end\n  scope :api do\n    resources :songs, only: [:show], concerns: :likable\n    resources :bands, only: [] do\n      concerns :likable\n    end\n  end\n  get 'terms', to: 'pages#terms'\nend\n";
        assert_eq!(
            shown("config/routes.rb", routes),
            [
                "GET /api/songs/:id",
                "POST /api/songs/:id/like",
                "GET /api/songs/:song_id/fans",
                "POST /api/bands/:id/like",
                "GET /api/bands/:band_id/fans",
                "GET /terms"
            ]
        );
    }

    #[test]
    fn routes_that_are_drawn_from_another_file() {
        let repo = Fixture::new()
            .file(
                "config/routes.rb",
                "Rails.application.routes.draw do\n  scope '/v1' do\n    draw(:users)\n  end\nend\n",
            )
            .file("config/routes/users.rb", "resources :users, only: [:index]\n")
            .snapshot();
        let paths: Vec<String> = endpoints(&repo).into_iter().map(|it| it.path).collect();
        assert_eq!(paths, ["/v1/users"]);
    }
}
