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
        "az webapp create",
        "az webapp up",
        "az containerapp create",
        "az containerapp update",
        "az containerapp up",
        "az functionapp create",
        "az functionapp deployment",
        "az deployment group create",
        "az acr build",
        "heroku create",
        "flyctl launch",
        "fly launch",
        "aws ecs create-service",
        "aws elasticbeanstalk ",
        "aws deploy create-deployment",
        "aws lambda create-function",
        "gcloud builds submit",
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
    // `terraform -chdir=infrastructure apply`
    let applies = || line.contains("terraform ") && line.split_whitespace().any(|word| word == "apply");
    !line.starts_with('#')
        && (applies()
            || WAYS.iter().any(|way| line.contains(way))
            || pushes()
            || tells_to_ship(line)
            || asks_to_ship(line)
            || for_production()
            || sends_image(line)
            || line.strip_prefix("task:").is_some_and(is_task)
            || called(line).is_some_and(ships))
}

/// Whether what is called elsewhere is told to put the program somewhere: `docker-publish: true`, `deploy: 'true'`.
fn tells_to_ship(line: &str) -> bool {
    let Some((key, value)) = line.split_once(':') else { return false };
    let key = key.to_ascii_lowercase();
    let words: Vec<&str> = key.split(['-', '_']).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let ships =
        has(&["push", "publish"]) && has(&["docker", "image", "images", "container", "ecr", "ghcr", "registry"]);
    matches!(value.trim().trim_matches(['"', '\'']), "true") && (key == "deploy" || ships)
}

/// Whether another repository's pipeline is told to put the program somewhere: `event-type: deploy-production`.
fn asks_to_ship(line: &str) -> bool {
    let event = line.strip_prefix("event-type:").or_else(|| line.strip_prefix("event_type:"));
    event.is_some_and(|event| event.contains("deploy"))
}

/// Whether a build tool of the JVM sends an image to a registry: `./gradlew jib`, `mvn jib:build`.
fn sends_image(line: &str) -> bool {
    let is_jib = |word: &str| word == "jib" || word.ends_with(":jib");
    line.contains("gradle") && line.split_whitespace().any(is_jib)
        || line.contains("jib:build")
        || line.contains("--publishImage")
        || line.contains("build-image.publish=true")
}

/// Whether a ready-made task of Azure's pipelines puts the program somewhere.
fn is_task(task: &str) -> bool {
    const TASKS: &[&str] = &[
        "AzureWebApp",
        "AzureWebAppContainer",
        "AzureFunctionApp",
        "AzureFunctionAppContainer",
        "AzureRmWebAppDeployment",
        "AzureContainerApps",
        "AzureStaticWebApp",
        "Kubernetes",
        "KubernetesManifest",
        "HelmDeploy",
    ];
    TASKS.contains(&task.trim().split('@').next().unwrap_or_default())
}

/// Whether a line of CircleCI's pipeline calls a job or a step of an orb that puts the program somewhere, by its name:
/// `aws-ecr/build-and-push-image`, `heroku/deploy-via-git`.
pub(super) fn calls_orb(path: &str, line: &str) -> bool {
    let line = line.trim().trim_start_matches("- ").trim_end_matches(':');
    let Some((orb, step)) = line.split_once('/').filter(|_| path.starts_with(".circleci/")) else { return false };
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let words: Vec<&str> = step.split(['-', '_']).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let sends = has(&["push", "publish"]) && (orb == "docker" || has(&["image", "images"]));
    is_name(orb) && is_name(step) && (has(&["deploy", "deployment"]) || sends)
}

/// Whether a pipeline brings its services up on a machine of the project's own, and says that it deploys.
pub(super) fn brings_up(path: &str, text: &str) -> bool {
    let up = |line: &str| {
        let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || c == '&').collect();
        (line.contains("docker compose ") || line.contains("docker-compose "))
            && words.contains(&"up")
            && words.iter().any(|word| matches!(*word, "-d" | "--detach"))
    };
    let says = |text: &str| text.to_ascii_lowercase().contains("deploy");
    let mut lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.any(up) && runs_on_own_machine(text) && (says(path) || says(text))
}

/// Whether a job names a runner that is none of the service's: `runs-on: [self-hosted, staging]`.
fn runs_on_own_machine(text: &str) -> bool {
    const OF_SERVICE: &[&str] = &["ubuntu", "windows", "macos", "${{"];
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let runner = |index: usize| {
        let value = lines[index].strip_prefix("runs-on:")?.trim();
        // `labels: staging` and `- staging` stand on the next line.
        Some(if value.is_empty() { *lines.get(index + 1)? } else { value })
    };
    (0..lines.len()).filter_map(runner).any(|runner| !OF_SERVICE.iter().any(|name| runner.contains(name)))
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
    // Some don't say so.
    const SHIPPING: &[&str] = &[
        "azure/functions-action",
        "amondnet/vercel-action",
        "nwtgck/actions-netlify",
        "w9jds/firebase-action",
        "cloudflare/wrangler-action",
        "serverless/github-action",
        "dokku/github-action",
        "mhanberg/gigalixir-action",
    ];
    let is_aside = has(&["pages", "docs", "storybook", "preview", "status", "cleanup", "remove", "delete"]);
    let sends =
        has(&["push", "publish"]) && has(&["ecr", "gcr", "acr", "ghcr", "docker", "image", "images", "registry"]);
    let is_known = SHIPPING.iter().any(|known| called.eq_ignore_ascii_case(known));
    !is_aside
        && (is_known || has(&["deploy", "deployment", "deployments", "cd"]) || sends && !called.starts_with("docker/"))
}

#[cfg(test)]
mod tests {
    use super::{brings_up, calls_orb, deploys};

    #[test]
    fn an_orb_says_by_its_name_that_it_deploys() {
        let path = ".circleci/config.yml";
        for line in ["      - aws-ecr/build-and-push-image:", "- heroku/deploy-via-git", "- docker/publish:"] {
            assert!(calls_orb(path, line), "{line}");
        }
        for line in ["- node/install-packages:", "- ./src/deploy", "- docker/check", "- https://a/deploy"] {
            assert!(!calls_orb(path, line), "{line}");
        }
        assert!(!calls_orb(".github/workflows/a.yml", "- infra/deploy"));
    }

    #[test]
    fn services_that_come_up_on_a_machine_of_ones_own_are_in_use() {
        let of = |runner: &str, command: &str| {
            brings_up(
                "ci.yml",
                &format!("jobs:\n  deploy:\n    runs-on: {runner}\n    steps:\n      - run: {command}\n"),
            )
        };
        assert!(of("[self-hosted, staging]", "docker compose up -d"));
        assert!(of("\n      labels: staging", "docker compose down && docker compose up -d"));
        assert!(!of("ubuntu-latest", "docker compose up -d"));
        assert!(!of("self-hosted", "docker compose up"));
    }

    #[test]
    fn what_is_called_says_by_its_name_that_it_deploys() {
        for line in [
            "      - uses: someone/render-deploy-action@v1",
            "uses: someone/workflows/.github/workflows/reusable-ecr-push.yml@main",
            "uses: ./.github/workflows/deploy.yml",
            "- uses: ./.github/actions/deploy",
            "  run: doctl apps update $ID --spec app.yaml",
            "- uses: Azure/functions-action@v1",
            "- uses: someone/rsync-deployments@5",
            "- task: AzureWebApp@1",
            "  run: ./gradlew :api:jib",
            "- run: mvn -B compile jib:build",
            "      docker-publish: true",
            "  deploy: true",
            "- uses: mhanberg/gigalixir-action@v0.3.0",
            "          event-type: deploy-production",
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
            "      docker-publish: false",
            "      publish-results: true",
            "- task: DotNetCoreCLI@2",
            "  run: ./gradlew jibDockerBuild",
            "          event-type: build-docs",
        ] {
            assert!(!deploys(line), "{line}");
        }
    }
}
