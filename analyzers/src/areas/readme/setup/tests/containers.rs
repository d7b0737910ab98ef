//! Images that are built and run, and the files that Compose takes.

use super::*;

#[test]
fn an_image_that_is_run_is_one_that_is_built() {
    let with = |run: &str, files: &[(&str, &str)]| {
        let repo = Fixture::new()
            .file("app.js", "require('express')().listen(3000)\n")
            .file("package.json", r#"{"scripts":{"start":"node app.js"},"dependencies":{"express":"4"}}"#)
            .file("Dockerfile", "FROM node:22\n")
            .file("README.md", &format!("# Shop\n\n    docker build -t shop-image .\n    {run}\n"));
        let finding = examine(&files.iter().fold(repo, |repo, (path, text)| repo.file(path, text)).snapshot());
        (finding.outcome(), finding.summary().to_owned())
    };
    let (found, summary) = with("docker run -p 80:80 shap-image:01", &[]);
    assert_eq!(found, Outcome::Partly, "{summary}");
    assert!(summary.contains("container image `shap-image:01`, which does not exist"), "{summary}");
    for run in [
        "docker run shop-image",
        "docker run someone/shap",
        "docker run <image>",
        "docker run IMAGE",
        "docker tag shop-image it\n    docker run it",
    ] {
        assert_eq!(with(run, &[]).0, Outcome::Met, "{run}");
    }
    assert_eq!(
        with("docker run shap-image", &[("Makefile", "image:\n\tdocker build -t shap-image .\n")]).0,
        Outcome::Met
    );
    let (found, summary) = with("npm start", &[]);
    assert_eq!(found, Outcome::Partly, "{summary}");
    assert!(summary.contains("`npm start` starts it, but nothing says how to install what it needs"), "{summary}");
}

#[test]
fn commands_stand_behind_words_in_a_list() {
    let list = "# Shop\n\n    1- make the archive by using mvn install -DskipTests\n    2- build the image by the command in its folder docker build -t shop.jar .\n    3- the last step run docker-compose up -d\n";
    let repo = Fixture::new()
        .file("Dockerfile", "FROM eclipse-temurin:21\n")
        .file("docker-compose.yml", "services:\n  api:\n    image: 'shop.jar'\n  db:\n    image: postgres\n")
        .file("src/main/java/A.java", "@RestController class A { @GetMapping(\"/a\") String a() { return \"\"; } }\n")
        .file("README.md", list);
    let finding = examine(&repo.snapshot());
    assert_eq!(finding.outcome(), Outcome::Met, "{}", finding.summary());
    assert_eq!(
        finding.facts()["install"],
        serde_json::json!(["docker build -t shop.jar .", "mvn install -DskipTests"])
    );
}

#[test]
fn compose_takes_a_file_of_its_own_name_where_none_is_named() {
    let with = |command: &str, name: &str| {
        let repo = Fixture::new()
            .file("app.js", "require('express')().listen(3000)\n")
            .file(name, "services:\n  api:\n    build: .\n")
            .file("README.md", &format!("# Shop\n\n    {command}\n"));
        let finding = examine(&repo.snapshot());
        (finding.outcome(), finding.summary().to_owned())
    };
    let (found, summary) = with("docker compose up", "docker-compose-dev.yaml");
    assert_eq!(found, Outcome::Partly, "{summary}");
    assert!(summary.contains("It refers to a file `compose.yaml`, which does not exist"), "{summary}");
    for command in [
        "docker compose -f docker-compose-dev.yaml up",
        "COMPOSE_FILE=docker-compose-dev.yaml docker compose up",
        "cp docker-compose-dev.yaml docker-compose.yml\n    docker compose up",
    ] {
        assert_eq!(with(command, "docker-compose-dev.yaml").0, Outcome::Met, "{command}");
    }
    for name in ["compose.yml", "deploy/docker-compose.yaml"] {
        assert_eq!(with("docker compose up", name).0, Outcome::Met, "{name}");
    }
}

#[test]
fn an_image_is_built_from_a_file_that_is_there() {
    let with = |steps: &str, files: &[(&str, &str)]| {
        let repo = Fixture::new()
            .file("app.py", "import flask\n")
            .file("requirements.txt", "flask==3.0.0\n")
            .file("README.md", &format!("# Shop\n\n{steps}    docker build . -t shop\n    docker run -p 80:80 shop\n"));
        let finding = examine(&files.iter().fold(repo, |repo, (path, text)| repo.file(path, text)).snapshot());
        (finding.outcome(), finding.summary().to_owned())
    };
    let dockerfile = ("Dockerfile", "FROM python:3.12\n");
    let (found, summary) = with("", &[]);
    assert_eq!(found, Outcome::Partly, "{summary}");
    assert!(summary.contains("is meant to start it, but can't work"), "{summary}");
    assert_eq!(with("", &[dockerfile]).0, Outcome::Met);
    let gone = "    pip install -r requirements/common.txt\n    bash bin/run.sh\n\n";
    assert_eq!(with(gone, &[dockerfile]).0, Outcome::Partly);
}

#[test]
fn what_lies_below_the_folder_of_the_clone_is_there() {
    let with = |list: &str| {
        let readme = format!(
            "# Shop\n\n    git clone https://example.com/a/shop.git\n    pip install -r {list}\n    cd shop\n    flask run\n"
        );
        let repo = Fixture::new().file("app.py", "import flask\n").file("requirements.txt", "flask==3.0.0\n");
        examine(&repo.file("README.md", &readme).snapshot()).outcome()
    };
    assert_eq!(with("shop/requirements.txt"), Outcome::Met);
    assert_eq!(with("other/requirements.txt"), Outcome::Partly);
}

#[test]
fn a_tool_that_works_on_the_folder_does_what_its_command_does() {
    let with = |recipe: &str| {
        let repo = Fixture::new()
            .file("main.go", "package main\n")
            .file("go.mod", "module shop\n")
            .file("Makefile", &format!("dep:\n\tdocker run -ti -v $(PWD):/src -w /src {recipe}\n"))
            .file("README.md", "# Shop\n\n    make dep\n");
        let finding = examine(&repo.snapshot());
        (finding.outcome(), finding.facts()["start"].clone())
    };
    assert_eq!(with("someone/tools:1 lint").1, serde_json::json!([]));
    assert_eq!(with("golang:1.22 go mod download").1, serde_json::json!([]));
    assert_eq!(with("golang:1.22 go run main.go").0, Outcome::Met);
}
