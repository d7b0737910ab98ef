use super::*;
use crate::Outcome;
use crate::snapshot::fixture::Fixture;

fn with(readme: &str) -> Outcome {
    let repo = Fixture::new().file("app.py", "import flask\n").file("Dockerfile", "FROM python:3.12\n");
    finding(&repo.file("README.md", readme).snapshot()).outcome()
}

#[test]
fn a_table_of_hosts_is_half_of_it() {
    let table = "| Service | Platform |\n|---|---|\n| The programming interface | Render |\n| Database | Supabase PostgreSQL |\n";
    assert_eq!(with(&format!("# A\n\n## Deployment\n\n{table}\n## Author\n\nB\n")), Outcome::Partly);
    let said = "A push to main builds an image, and the host takes it from the registry.";
    assert_eq!(with(&format!("# A\n\n## Deployment\n\n{said}\n\n{table}\n")), Outcome::Met);
}

#[test]
fn a_heading_over_other_things_says_nothing_and_a_place_alone_is_half_of_it() {
    let others = "### Documentation of the interface\n\nIt is made by `make docs` and put into the folder public.\n\n### Built with\n\n- Something long enough to count as text\n";
    assert_eq!(with(&format!("# A\n\n## Deployment\n\n{others}")), Outcome::NotMet);
    assert_eq!(with("# A\n\n## Hosting\n\nThe interface is hosted on the cloud of a provider.\n"), Outcome::Partly);
    let finished =
        "## Deployment\n\nTwo secrets have to be added to the settings of the repository, and a push deploys.\n";
    assert_eq!(with(&format!("# A\n\n{finished}")), Outcome::Met);
    let where_first = "## Hosting\n\nThe program is hosted on Fly.\n\n## Deployment\n\nCopy the binary to the server and restart it.\n";
    assert_eq!(with(&format!("# A\n\n{where_first}")), Outcome::Met);
    let later = "## Deployment\n\nCopy the binary to the server.\n\n### Hosted\n\nMore details to be provided soon.\n";
    assert_eq!(with(&format!("# A\n\n{later}")), Outcome::Partly);
    let own = "### On a server\n\nCopy the binary to the server and restart the service.\n";
    assert_eq!(with(&format!("# A\n\n## Deployment\n\n{own}\n{others}")), Outcome::Met);
}

#[test]
fn a_section_on_deployment_is_asked_for() {
    let text = "It runs on two machines, and a push to main puts a version there.";
    for heading in ["## Deployment", "## Deploying to Heroku", "## Production mode", "## Implantação"] {
        assert_eq!(with(&format!("# A\n\n{heading}\n\n{text}\n")), Outcome::Met, "{heading}");
    }
    for heading in ["# Zero to production", "## Checking the release state", "## Releases", "## Usage"] {
        assert_eq!(with(&format!("{heading}\n\n{text}\n")), Outcome::NotMet, "{heading}");
    }
    assert_eq!(with("# A\n\n## Deployment\n\nTODO\n"), Outcome::NotMet);
}

#[test]
fn routes_below_a_heading_on_deployment_are_no_deployment() {
    let routes = "### Users\n\n- `GET /api/users` lists them\n- `POST /api/users` adds one\n";
    assert_eq!(with(&format!("# A\n\n## Deployment\n\n{routes}\n## Author\n\nB\n")), Outcome::NotMet);
    let said = "A push to main puts a version onto the server.";
    assert_eq!(with(&format!("# A\n\n## Deployment\n\n{said}\n\n{routes}\n## Author\n\nB\n")), Outcome::Met);
}

#[test]
fn a_build_and_a_start_are_a_deployment_where_a_place_is_named() {
    let node = |heading: &str, text: &str| {
        let repo = Fixture::new()
            .file(
                "package.json",
                r#"{"scripts": {"build": "tsc", "start": "node dist"}, "dependencies": {"express": "4"}}"#,
            )
            .file("app.ts", "import express from 'express';\nexpress().listen(1);\n")
            .file("README.md", &format!("# A\n\n## {heading}\n\n{text}\n\n```\nyarn build\nyarn start\n```\n"));
        finding(&repo.snapshot()).outcome()
    };
    assert_eq!(node("Running in production", "For production:"), Outcome::NotMet);
    assert_eq!(node("Running in production", "On the server, behind nginx:"), Outcome::Met);
    assert_eq!(node("Deployment", "For production:"), Outcome::Met);
    let commented = |heading: &str, text: &str| {
        node(
            heading,
            &format!(
                "```bash\n# Build for production\nyarn build\n\n# Start production server\nyarn start\n```\n\n{text}"
            ),
        )
    };
    assert_eq!(commented("Production environment", "Both are needed:"), Outcome::NotMet);
    assert_eq!(commented("Production environment", "On the server, behind nginx:"), Outcome::Met);
}

#[test]
fn a_version_that_is_counted_up_is_no_deployment() {
    let of = |script: &str| {
        let package = format!(r#"{{"scripts": {{"release": "{script}"}}, "dependencies": {{"express": "4"}}}}"#);
        let repo = Fixture::new().file("package.json", &package).file("app.js", "require('express')().listen(1);\n");
        finding(&repo.file("README.md", "# A\n\n```\nnpm run release\n```\n").snapshot()).outcome()
    };
    assert_eq!(of("standard-version && git push --follow-tags"), Outcome::NotMet);
    assert_eq!(of("docker push shop/api"), Outcome::Met);
}

#[test]
fn advice_on_production_is_no_deployment() {
    let advice = "- Use encrypted connections\n- Keep the packages up to date\n- Log without secrets\n";
    for heading in ["Production best practices", "Recommendations for production", "Recomendações para produção"] {
        assert_eq!(with(&format!("# A\n\n## {heading}\n\n{advice}\n")), Outcome::NotMet, "{heading}");
    }
    let done = "```\nkubectl apply -f k8s\n```\n";
    assert_eq!(with(&format!("# A\n\n## Production best practices\n\n{advice}\n{done}\n")), Outcome::Met);
}

#[test]
fn production_is_about_what_the_section_around_it_is_about() {
    let bullets = "- Set up alerts for what is urgent on the servers\n- Look at the boards every week\n";
    let below = |title: &str| with(&format!("# A\n\n## {title}\n\n### Production\n\n{bullets}"));
    assert_eq!(below("Best practices"), Outcome::NotMet);
    assert_eq!(below("Recommendations"), Outcome::NotMet);
    assert_eq!(below("Installation"), Outcome::Met);
    let page = |title: &str| {
        let repo = Fixture::new()
            .file("app.py", "import flask\n")
            .file("README.md", "# A\n\n[More](docs/more.md)\n")
            .file("docs/more.md", &format!("# {title}\n\n## Production\n\n{bullets}"));
        finding(&repo.snapshot()).outcome()
    };
    assert_eq!(page("Monitoring"), Outcome::NotMet);
    assert_eq!(page("How it runs"), Outcome::Met);
}

#[test]
fn a_command_that_asks_deploys_nothing() {
    for command in
        ["doctl apps list", "doctl apps spec get 1", "heroku logs --tail", "terraform plan", "helm list", "fly status"]
    {
        assert_eq!(with(&format!("# A\n\n```\n{command}\n```\n")), Outcome::NotMet, "{command}");
    }
    for command in [
        "doctl apps create --spec a.yaml",
        "heroku create",
        "terraform apply",
        "helm upgrade shop ./chart",
        "fly deploy",
    ] {
        assert_eq!(with(&format!("# A\n\n```\n{command}\n```\n")), Outcome::Met, "{command}");
    }
}

#[test]
fn a_page_of_the_documentation_counts_where_it_is_about_a_server() {
    let of = |name: &str, command: &str| {
        let text = format!("# Shop\n\n{}\n\n    {command}\n", "It takes a machine with a public address. ".repeat(6));
        let repo = Fixture::new().file("app.py", "import flask\n").file("README.md", "# A\n").file(name, &text);
        finding(&repo.snapshot()).outcome()
    };
    assert_eq!(of("site/docs/content/self-hosting.md", "ls"), Outcome::Met);
    assert_eq!(of("docs/content/installation.md", "docker compose up -d"), Outcome::Met);
    assert_eq!(of("docs/content/installation.md", "pip install shop"), Outcome::NotMet);
    assert_eq!(of("docs/content/options.md", "docker compose up -d"), Outcome::NotMet);
}

#[test]
fn a_button_that_deploys_says_enough() {
    let button = "[![Deploy](a.svg)](https://heroku.com/deploy)";
    assert_eq!(with(&format!("# A\n\n## Deploy\n\n{button}\n")), Outcome::Met);
    assert_eq!(with("# A\n\n## Deploy\n\n[![Later](a.svg)](https://example.com)\n"), Outcome::NotMet);
}

#[test]
fn a_button_alone_is_half_of_it() {
    let button = "[![Deploy](https://www.herokucdn.com/deploy/button.svg)](https://heroku.com/deploy)";
    assert_eq!(with(&format!("# A\n\n{button}\n")), Outcome::Partly);
    assert_eq!(with(&format!("# A\n\n## ![Hosting](a.svg)\n\n{button}\n")), Outcome::Met);
    assert_eq!(with("# A\n\n[Deploy](https://vercel.com/new?utm_source=a-framework)\n"), Outcome::NotMet);
}

#[test]
fn what_would_be_done_is_half_of_it() {
    let text = "The image goes to a registry, and the host takes it from there.\n\n    terraform apply\n";
    for heading in ["Deployment (design only)", "How I would deploy it", "Despliegue (solo diseño)"] {
        assert_eq!(with(&format!("# A\n\n## {heading}\n\n{text}")), Outcome::Partly, "{heading}");
        assert_eq!(with(&format!("# A\n\n## {heading}\n\n### Deployment\n\n{text}")), Outcome::Partly, "{heading}");
    }
    assert_eq!(with(&format!("# A\n\n## Deployment\n\nI would use Cloud Run.\n\n{text}")), Outcome::Partly);
    assert_eq!(with(&format!("# A\n\n## Deployment\n\n{text}")), Outcome::Met);
    assert_eq!(with(&format!("# A future shop\n\n## Deployment\n\n{text}")), Outcome::Met);
}

#[test]
fn what_a_merge_does_is_half_of_it() {
    let merged = |text: &str| with(&format!("# A\n\n## After a merge to main\n\n{text}\n"));
    assert_eq!(merged("The pipeline builds an image and deploys it, migrations first."), Outcome::Partly);
    assert_eq!(merged("The branch is deleted, and the tests run once more."), Outcome::NotMet);
    assert_eq!(with("# A\n\n## Features\n\n- A pipeline that deploys it\n"), Outcome::NotMet);
}

#[test]
fn a_document_of_its_own_needs_no_heading() {
    let of = |name: &str| {
        let text = "1 Set the variables.\n2 Fill the database.\n3 Run the deployment on the cluster.\n";
        let repo = Fixture::new().file("app.py", "import flask\n").file("README.md", "# A\n").file(name, text);
        finding(&repo.snapshot()).outcome()
    };
    assert_eq!(of("docs/deployment.md"), Outcome::Met);
    assert_eq!(of("docs/development.md"), Outcome::NotMet);
}

#[test]
fn what_a_generator_wrote_about_a_part_is_no_deployment_of_the_whole() {
    let guide = "This project was bootstrapped with Create React App.\n\nYou can find the most recent version of this guide [here](x).\n\n## Deployment\n\n`npm run build` creates a `build` directory with a production build of your app.\n";
    let repo = Fixture::new()
        .file("app.py", "import flask\n")
        .file("README.md", "# A\n")
        .file("web/README.md", guide)
        .snapshot();
    assert_eq!(finding(&repo).outcome(), Outcome::NotMet);
}

#[test]
fn a_build_alone_counts_in_part() {
    assert_eq!(with("# A\n\n## Building for production\n\n```\nmake build\n```\n"), Outcome::Partly);
    assert_eq!(with("# A\n\n```\ndocker build -t shop .\n```\n"), Outcome::Partly);
    assert_eq!(with("# A\n\n```\ndocker build -t shop .\ndocker run -p 80:80 shop\n```\n"), Outcome::Met);
    let local = "## Installation\n\n### With Docker\n\n```\ndocker build -t shop .\ndocker run -p 80:80 shop\n```\n\nOpen http://localhost.\n";
    assert_eq!(with(&format!("# A\n\n{local}")), Outcome::NotMet);
    assert_ne!(with("# A\n\n```\ndocker build -t shop-db db\ndocker run shop-db\n```\n"), Outcome::Met);
}

#[test]
fn containers_for_production_are_a_deployment() {
    for command in ["docker-compose -f docker-compose.prod.yml up -d", "docker compose up -d db api-production"] {
        assert_eq!(with(&format!("# A\n\n```\n{command}\n```\n")), Outcome::Met, "{command}");
    }
    for command in ["docker compose up -d", "docker compose -f compose.prod.yml build", "docker compose up product"] {
        assert_ne!(with(&format!("# A\n\n```\n{command}\n```\n")), Outcome::Met, "{command}");
    }
}

#[test]
fn a_sentence_may_say_that_containers_are_for_production() {
    let readme =
        |what: &str| format!("# A\n\nOr build {what}:\n```\ndocker-compose -f docker-compose.yml up -d\n```\n");
    let of = |what: &str| {
        let compose = "services:\n  api:\n    build: .\n";
        let files = Fixture::new().file("app.py", "import flask\n").file("docker-compose.yml", compose);
        finding(&files.file("README.md", &readme(what)).snapshot()).outcome()
    };
    assert_eq!(of("a production ready environment"), Outcome::Partly);
    assert_eq!(of("a local environment"), Outcome::NotMet);
    assert_eq!(of("what is not for production"), Outcome::NotMet);
    assert_eq!(of("a reproduction"), Outcome::NotMet);
    assert_eq!(of("it (the file has the containers for production).\n\nIn its folder, run"), Outcome::Partly);
}

#[test]
fn nothing_is_asked_of_what_is_not_deployed() {
    let repo = Fixture::new().file("README.md", "# Notes\n\n## Deployment\n\nTwo machines and a load balancer.\n");
    assert_eq!(finding(&repo.snapshot()).outcome(), Outcome::NotApplicable);
    let site = Fixture::new().file("package.json", r#"{"dependencies":{"gatsby":"5"}}"#).file("src/a.js", "x()\n");
    assert_eq!(finding(&site.snapshot()).outcome(), Outcome::NotApplicable);
}

#[test]
fn what_is_said_in_a_sentence_is_a_hint() {
    let of = |readme: &str| {
        let files =
            Fixture::new().file("app.py", "import flask\n").file("terraform/main.tf", "resource \"a\" \"b\" {}\n");
        finding(&files.file("README.md", readme).snapshot()).outcome()
    };
    assert_eq!(
        of("# A\n\n## Deployment\n\nUse the Terraform files [here](terraform/) to deploy on AWS only.\n"),
        Outcome::Partly
    );
    let pushed = "# A\n\n## Deployment\n\nEach push to main is rolled out by Terraform on AWS, into two regions.\n";
    assert_eq!(of(pushed), Outcome::Met);
    let gone = "# A\n\n## Deployment\n\nContainers bring it up on the host. See [the file](docker-compose.yml) and [the pipeline](.github/workflows/ci.yml).\n";
    assert_eq!(of(gone), Outcome::Partly);
    assert_eq!(of(&gone.replace("docker-compose.yml", "terraform/main.tf")), Outcome::Met);
    assert_eq!(
        of("# A\n\nTo self-host it on your server, follow [the guide](https://example.com/guide).\n"),
        Outcome::Partly
    );
    assert_eq!(of("# A\n\n## Start\n\nTo host it on your own server:\n\n    docker compose up -d\n"), Outcome::Met);
    assert_eq!(of("# A\n\nThe cloud is kept [here](https://github.com/someone/shop-infra).\n"), Outcome::Partly);
    assert_eq!(of("# A\n\n    git clone https://github.com/someone/shop-infra\n"), Outcome::NotMet);
    assert_eq!(of("# A\n\nEn producción corre como un proceso aparte (PM2, systemd).\n"), Outcome::Partly);
    assert_eq!(of("# A\n\n- PM2: processes for production\n"), Outcome::NotMet);
}

#[test]
fn what_docker_init_writes_says_nothing_of_this_project() {
    let readme = "### Deploying your application to the cloud\n\nFirst, build your image, e.g.: `docker build -t myapp .`.\nIf your cloud uses a different CPU architecture than your development\nmachine, build it for that.\n\nThen, push it to your registry, e.g. `docker push myregistry.com/myapp`.\n";
    let files = Fixture::new().file("app.py", "import flask\n").file("README.Docker.md", readme);
    let repo = files.file("README.md", "# A\n\nSee [Docker](README.Docker.md).\n").snapshot();
    assert_ne!(finding(&repo).outcome(), Outcome::Met, "{}", finding(&repo).summary());
}

#[test]
fn a_sentence_that_says_where_it_runs_is_half_of_it() {
    for said in [
        "[Deployed on Heroku](https://shop.example.org)",
        "The API is currently hosted on AWS.",
        "Production domain: `https://shop.example.org`",
        "> [!NOTE]\n> Deployment is maintained externally at [someone/infra](https://example.org/infra)",
        "Deployments are automated with GitHub Actions.",
    ] {
        assert_eq!(with(&format!("# A\n\n{said}\n")), Outcome::Partly, "{said}");
    }
    for said in [
        "The server is running on http://localhost:3000",
        "The API is running at http://0.0.0.0:3000/",
        "The images are hosted on AWS.",
        "The frontend is deployed on Vercel.",
        "It would be deployed on AWS.",
        "The API is not deployed on Heroku.",
        "It is running in a thread.",
    ] {
        assert_eq!(with(&format!("# A\n\n{said}\n")), Outcome::NotMet, "{said}");
    }
}

#[test]
fn what_instances_side_by_side_need_is_half_of_it() {
    let section = |text: &str| with(&format!("# A\n\n## Instances\n\n{text}\n\n- `POOL_SIZE` for each of them\n"));
    assert_eq!(section("For a deployment, run several behind a load balancer."), Outcome::Partly);
    assert_eq!(section("For a deployment, run several."), Outcome::NotMet);
    assert_eq!(section("A load balancer is a thing."), Outcome::NotMet);
}

#[test]
fn an_image_that_is_ready_to_be_fetched_is_half_of_it() {
    let fetched = |image: &str| with(&format!("# The shop's interface\n\n```\ndocker pull {image}\n```\n"));
    assert_eq!(fetched("ghcr.io/someone/shop:1.0.0"), Outcome::Partly);
    for other in ["ghcr.io/someone/mailer", "someone/shop", "docker.io/bitnami/redis-shop"] {
        assert_eq!(fetched(other), Outcome::NotMet, "{other}");
    }
    let cloned = |image: &str| {
        let clone = "git clone https://github.com/someone/shop-api.git";
        with(&format!("# A\n\n```\n{clone}\n```\n\n```\ndocker pull {image}\n```\n"))
    };
    assert_eq!(cloned("someone/shop-api-web:latest"), Outcome::Partly);
    assert_eq!(cloned("someone/mailer:latest"), Outcome::NotMet);
}

#[test]
fn an_image_is_built_in_a_sentence_as_well() {
    let list = "# A\n\n    1- make the archive by using mvn install -DskipTests\n    2- build it by the command in its folder docker build -t shop.jar .\n    3- run docker-compose up -d\n";
    assert_eq!(with(list), Outcome::Partly);
}

#[test]
fn a_copy_on_ones_own_machine_is_no_deployment_whatever_the_heading() {
    let of = |heading: &str, text: &str| {
        let repo = Fixture::new()
            .file("app.py", "import flask\n")
            .file("docker-compose.yml", "services:\n  a:\n    build: .\n")
            .file("Makefile", "clone-deploy: clone up\nclone:\n\tgit clone a\nup:\n\tdocker compose up -d\n")
            .file("README.md", &format!("# A\n\n## Instalación\n\n{heading}\n\n{text}\n\n## Autor\n\nB\n"));
        finding(&repo.snapshot()).outcome()
    };
    let short =
        "1. Lanzar el comando `make clone-deploy`, que clona y despliega.\n\n### Ver\n\nEn http://localhost/cart";
    assert_eq!(of("### Despliegue", short), Outcome::NotMet);
    let up = "```\ndocker compose up -d\n```\n\nThen open http://localhost:3000.";
    assert_eq!(of("### Deploy with Docker", up), Outcome::NotMet);
    assert_eq!(of("## Deploy with Docker", up), Outcome::Met);
    assert_eq!(of("### Deploy", &format!("On the server:\n\n{up}")), Outcome::Met);
    assert_eq!(of("## Deploy", "```\ndocker compose up -d\n```\n\nThe port is 80, it takes what comes."), Outcome::Met);
    let simulated = "```\ndocker compose up -d\n```\n\n- Config server: 8888";
    assert_eq!(of("## Production mode (simulated)", simulated), Outcome::NotMet);
}

#[test]
fn a_container_that_ends_with_the_terminal_is_no_deployment() {
    let of = |run: &str| with(&format!("# A\n\n```\ndocker build -t shop .\n{run}\n```\n"));
    assert_eq!(of("docker run -p 80:80 shop"), Outcome::Met);
    assert_eq!(of("docker run --rm -it -p 80:80 shop"), Outcome::NotMet);
}

#[test]
fn a_sentence_on_what_to_do_is_half_of_it() {
    let said = |text: &str| with(&format!("# A\n\n{text}\n"));
    assert_eq!(said("For deployment set the environment to `production` in the file of settings."), Outcome::Partly);
    assert_eq!(said("To deploy the frontend, build its pages and copy them to a bucket."), Outcome::NotMet);
}

#[test]
fn an_image_is_built_from_something_and_run_somewhere() {
    let readme = "# A\n\n```\ndocker build -t shop .\ndocker run -p 80:80 shop\n```\n";
    let without = Fixture::new().file("app.py", "import flask\n").file("README.md", readme).snapshot();
    assert_eq!(finding(&without).outcome(), Outcome::NotMet);
    let here = "## Docker\n\n```\ndocker build -t shop .\ndocker run -p 80:80 shop\ncurl localhost\n```\n";
    assert_eq!(with(&format!("# A\n\n{here}")), Outcome::NotMet);
}

#[test]
fn production_in_a_heading_is_no_deployment_by_itself() {
    for section in [
        "## Environments for tests and production\n\nThere are two keys, one for each, and both have the same address.\n",
        "## Credentials for production\n\n```\nrails credentials:edit\n```\n\nThe server reads them when it starts.\n",
        "## Usuarios (Locales y Producción)\n\nEl administrador se llama ana, y tiene una clave que se cambia en el servidor.\n",
    ] {
        assert_eq!(with(&format!("# A\n\n{section}")), Outcome::NotMet, "{section}");
    }
    let server = "## Production\n\nIt runs on a server behind nginx, to which a copy is sent by hand.\n";
    assert_eq!(with(&format!("# A\n\n{server}")), Outcome::Met);
}

#[test]
fn a_list_that_is_ticked_off_is_no_guide() {
    let list = "- [x] Containers\n- [x] Migrations on startup\n- [ ] Manifests for the cluster, which are optional\n";
    for heading in ["Phase 6: Deployment ✅", "Deployment"] {
        assert_eq!(with(&format!("# A\n\n## {heading}\n\n{list}")), Outcome::NotMet, "{heading}");
    }
    let steps = format!("{list}\n```\nkubectl apply -f k8s\n```\n");
    assert_eq!(with(&format!("# A\n\n## Deployment\n\n{steps}")), Outcome::Met);
}

#[test]
fn what_gitlab_wrote_is_no_deployment() {
    let template = "## Test and Deploy\n\nUse the built-in continuous integration in GitLab.\n\n- [ ] [Get started with GitLab CI/CD](https://docs.gitlab.com/ee/ci/)\n";
    assert_eq!(with(&format!("# A\n\n{template}")), Outcome::NotMet);
}

#[test]
fn headings_that_only_look_like_some_and_sentences_on_a_host_count() {
    let said = "A new build is deployed to Render for every push to the main branch.";
    assert_eq!(with(&format!("# A\n\n## Notes\n\n{said}\n")), Outcome::Partly);
    let yours = "Please include it in your next commit, so it is there once you deploy it to a host (e.g. Heroku).";
    assert_eq!(with(&format!("# A\n\n## Notes\n\n{yours}\n")), Outcome::NotMet);
    assert_eq!(with("# A\n\n## Notes\n\nA push should one day deploy it to Render.\n"), Outcome::NotMet);
    let bold = "**CI/CD pipeline:**\n\nFor every push, a new build will be deployed. It takes a minute or two.\n";
    assert_eq!(with(&format!("# A\n\n{bold}")), Outcome::Partly);
    let line = "A shop.\n\nServer deployment:\ncopy the folder to the server and restart the service there\n";
    assert_eq!(with(line), Outcome::Met);
}

#[test]
fn a_page_beside_the_others_may_be_the_guide() {
    let guide = format!("# The server\n\n{}\n\n```\ngcloud run deploy shop\n```\n", "It takes an hour. ".repeat(20));
    let of = |path: &str, text: &str| {
        let repo = Fixture::new().file("app.py", "import flask\n").file("README.md", "# A\n\nA shop.\n");
        finding(&repo.file(path, text).snapshot()).outcome()
    };
    for path in ["docs/GCP_PRODUCTION_SETUP.md", "LIGHTSAIL_DEPLOYMENT.md", "docs/deployment-guide.md"] {
        assert_eq!(of(path, &guide), Outcome::Met, "{path}");
    }
    for path in ["docs/DEPLOYMENT_STATUS.md", "docs/PRODUCTION_KEYS.md", "src/lib/DEPLOYMENT_X.md"] {
        assert_eq!(of(path, &guide), Outcome::NotMet, "{path}");
    }
    assert_eq!(of("docs/AWS_DEPLOYMENT.md", &"It runs there. ".repeat(30)), Outcome::NotMet);
}

#[test]
fn what_a_heading_calls_local_is_no_deployment_with_certificates_either() {
    let up = "```\ndocker compose -f compose.ssl.yaml up -d\n```\n\nEach of them is started by hand.\n";
    let of = |heading: &str| {
        let repo = Fixture::new()
            .file("app.py", "import flask\n")
            .file("compose.ssl.yaml", "services:\n  a:\n    build: .\n")
            .file("README.md", &format!("# A\n\n## {heading}\n\n{up}"));
        finding(&repo.snapshot()).outcome()
    };
    assert_eq!(of("Containers for local deployments with SSL enabled"), Outcome::NotMet);
    assert_eq!(of("Deployment with SSL enabled"), Outcome::Met);
}

#[test]
fn an_image_for_production_is_one_wherever_it_is_tried_out() {
    let of = |said: &str| {
        with(&format!(
            "# A\n\n## Docker\n\n{said}\n\n```\ndocker build -t shop .\ndocker run -p 80:80 shop\n```\n\nSee http://localhost.\n"
        ))
    };
    assert_eq!(of("It has a production-ready Dockerfile."), Outcome::Met);
    assert_eq!(of("Its image is not for production."), Outcome::NotMet);
    assert_eq!(of("It has a Dockerfile."), Outcome::NotMet);
}
