//! Lines of pipelines and scripts that send the program to a registry or a host.

use crate::paths;

/// Whether a line of a pipeline, or of what it calls, sends the program to a registry or a host.
pub(super) fn deploys(line: &str) -> bool {
    const WAYS: &[&str] = &[
        "docker push ",
        "docker image push ",
        "docker-compose push",
        "docker compose push",
        "git push heroku",
        "git push dokku",
        "git push --force heroku",
        "git push -f heroku",
        "git push https://heroku:",
        "goreleaser/goreleaser-action@",
        "goreleaser release",
        "pipe: atlassian/heroku-deploy",
        "pipe: atlassian/aws-",
        "pipe: atlassian/google-",
        "pipe: atlassian/azure-",
        "pipe: atlassian/ssh-run",
        "heroku container:push",
        "heroku container:release",
        "heroku-deploy@",
        "flyctl deploy",
        "fly deploy",
        "kubectl apply",
        "kubectl set image",
        "kubectl rollout",
        "helm upgrade",
        "helm install",
        "aws ecs update-service",
        "aws lambda update-function-code",
        "aws s3 sync",
        "gcloud run deploy",
        "gcloud app deploy",
        "az webapp deploy",
        "azure/webapps-deploy@",
        "vercel --prod",
        "appleboy/ssh-action@",
        "dpl --provider",
        "serverless deploy",
        "sls deploy",
        "cap production deploy",
        "ansible-playbook ",
        "terraform apply",
        "docker stack deploy",
        "docker service update",
        "gcloud functions deploy",
        "aws cloudformation deploy",
        "sam deploy",
        "cdk deploy",
        "kamal deploy",
        "railway up",
        "eb deploy",
        "pulumi up",
        "doctl apps create",
        "doctl apps update",
        "digitalocean/app_action",
        "api.render.com/deploy/",
    ];
    let line = line.trim_start().trim_start_matches("- ");
    // Compose brings up what is called so on the machine where it is typed.
    let for_production = || {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
        (line.contains("docker compose ") || line.contains("docker-compose "))
            && line.split_whitespace().any(|word| word == "up")
            && words.any(|word| matches!(word, "prod" | "production"))
    };
    let pushes = || matches!(line.trim_end(), "push: true" | "push: 'true'") || line.starts_with("push: ${{");
    !line.starts_with('#')
        && (WAYS.iter().any(|way| line.contains(way))
            || pushes()
            || for_production()
            || called(line).is_some_and(ships))
}

/// The action, workflow or component that a line of a pipeline calls.
fn called(line: &str) -> Option<&str> {
    let called = ["uses:", "component:"].iter().find_map(|key| line.strip_prefix(key))?;
    Some(called.trim().trim_matches(['"', '\'']).split('@').next().unwrap_or_default())
}

/// Whether what is called sends the program somewhere, by its name: `someone/render-deploy-action`,
/// `someone/workflows/.github/workflows/reusable-ecr-push.yml`. Pages of a site are no program.
fn ships(called: &str) -> bool {
    // Of an action the owner says nothing; of a workflow the file says all.
    let name = match called.contains(".github/workflows/") {
        true => paths::name(called),
        false => called.split_once('/').map_or("", |(_, name)| name),
    };
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let is_aside = has(&["pages", "docs", "storybook", "preview", "status", "cleanup", "remove", "delete"]);
    let sends =
        has(&["push", "publish"]) && has(&["ecr", "gcr", "acr", "ghcr", "docker", "image", "images", "registry"]);
    !is_aside && (has(&["deploy", "cd"]) || sends && !called.starts_with("docker/"))
}

#[cfg(test)]
mod tests {
    use super::deploys;

    #[test]
    fn what_is_called_says_by_its_name_that_it_deploys() {
        for line in [
            "      - uses: someone/render-deploy-action@v1",
            "uses: someone/workflows/.github/workflows/reusable-ecr-push.yml@main",
            "uses: ./.github/workflows/deploy.yml",
            "- uses: ./.github/actions/deploy",
            "  run: doctl apps update $ID --spec app.yaml",
        ] {
            assert!(deploys(line), "{line}");
        }
        for line in [
            "- uses: someone/github-pages-deploy-action@v4",
            "- uses: actions/deploy-pages@v4",
            "- uses: deployers/checkout@v4",
            "uses: someone/workflows/.github/workflows/push-tags.yml@main",
            "uses: ./.github/workflows/test.yml",
            "- uses: docker/build-push-action@v6",
            "# uses: someone/render-deploy-action@v1",
            "  run: doctl apps list",
        ] {
            assert!(!deploys(line), "{line}");
        }
    }
}
