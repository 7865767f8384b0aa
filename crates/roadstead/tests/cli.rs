//! The executable as people start it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

const ADMIN_KEY: &str = "rs_cli_test_operator_key_0123456789";

fn roadstead() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roadstead"));
    command.env_remove("ROADSTEAD_ADMIN_KEY").stdin(Stdio::null());
    command
}

/// A running cloud, which is stopped in the end.
struct Cloud {
    child: Child,
    out: BufReader<ChildStdout>,
    /// Everything printed up to the sign-in link.
    lines: Vec<String>,
}

impl Cloud {
    fn start(data: &Path, words: &[&str], admin_key: Option<&str>) -> Self {
        let mut command = roadstead();
        command
            .args(["up", "--port", "0", "--no-open", "--data"])
            .arg(data)
            .args(words);
        if let Some(key) = admin_key {
            command.env("ROADSTEAD_ADMIN_KEY", key);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut cloud = Self {
            child,
            out,
            lines: Vec::new(),
        };
        while !cloud.lines.last().is_some_and(|it| it.starts_with("Sign in: ")) {
            let mut line = String::new();
            assert_ne!(
                cloud.out.read_line(&mut line).unwrap(),
                0,
                "it ended early: {:?}",
                cloud.lines
            );
            cloud.lines.push(line.trim_end().to_owned());
        }
        cloud
    }

    /// `127.0.0.1:PORT`.
    fn address(&self) -> &str {
        let line = self
            .lines
            .iter()
            .find_map(|it| it.strip_prefix("Roadstead runs at http://"));
        line.unwrap()
    }

    fn link(&self) -> &str {
        let link = self
            .lines
            .last()
            .unwrap()
            .strip_prefix("Sign in: http://")
            .unwrap();
        let path = link.strip_prefix(self.address()).unwrap();
        path.strip_prefix("/sign-in#token=").unwrap()
    }

    /// Status and body of a request with the operator's key.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.0\r\nhost: {}\r\nauthorization: Bearer {ADMIN_KEY}\r\n\
             content-length: {length}\r\n{headers}\r\n{body}",
            self.address()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    /// Asks it to end, as a service manager does.
    fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.child.wait().unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        rest
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        // Without effect on one that was stopped.
        let _ = self.child.kill();
    }
}

#[test]
fn a_cloud_starts_signs_in_stops_and_starts_again() {
    let data = tempfile::tempdir().unwrap();
    let first = Cloud::start(data.path(), &["--fleet", "empty"], None);
    assert_eq!(first.lines.len(), 4, "{:?}", first.lines);
    assert_eq!(first.lines[0], format!("Data: {}", data.path().display()));
    assert!(first.lines[2].starts_with("Operator key: rs_"));
    let body = format!("{{\"token\":\"{}\"}}", first.link());
    let headers = "x-roadstead-csrf: 1\r\n";
    assert_eq!(first.ask("POST", "/api/v1/session", headers, &body).0, 204);
    assert_eq!(first.ask("POST", "/api/v1/session", headers, &body).0, 401);
    let link = first.link().to_owned();
    assert_eq!(first.stop(), "");
    let second = Cloud::start(data.path(), &["--fleet", "empty"], None);
    assert_eq!(second.lines.len(), 3, "the key is shown once: {:?}", second.lines);
    assert_ne!(second.link(), link);
    // The folder is in use.
    let third = roadstead()
        .args(["up", "--port", "0", "--no-open", "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    assert!(
        !third.status.success() && text(&third).contains("in use"),
        "{}",
        text(&third)
    );
    second.stop();
    let other = roadstead()
        .args(["up", "--port", "0", "--no-open", "--fleet", "demo", "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    assert!(
        !other.status.success() && text(&other).contains("holds the fleet empty already: leave out --fleet"),
        "{}",
        text(&other)
    );
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_trace_is_imported_and_its_pods_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let (trace, data) = (folder.path().join("trace"), folder.path().join("data"));
    std::fs::create_dir(&trace).unwrap();
    let machines = "sn,cpu_milli,memory_mib,gpu,model\nnode-0,64000,262144,2,T4\n";
    std::fs::write(trace.join("openb_node_list_gpu_node.csv"), machines).unwrap();
    let pods = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n\
                stays,4000,8192,1,1000,,LS,Running,0,9000000,0\n\
                goes,4000,8192,1,1000,,LS,Running,60,600,60\n\
                comes,4000,8192,1,1000,,LS,Running,1200,9000000,1200\n";
    std::fs::write(trace.join("openb_pod_list_default.csv"), pods).unwrap();
    let import = roadstead()
        .arg("import-trace")
        .arg(&trace)
        .arg("--data")
        .arg(&data)
        .output()
        .unwrap();
    assert!(import.status.success(), "{}", text(&import));
    std::fs::write(trace.join("openb_pod_list_default.csv"), pods.replace("LS", "XX")).unwrap();
    let wrong = roadstead()
        .arg("import-trace")
        .arg(&trace)
        .arg("--data")
        .arg(folder.path().join("other"))
        .output()
        .unwrap();
    let said = text(&wrong);
    assert!(
        !wrong.status.success()
            && said.contains("openb_pod_list_default.csv: line 2, qos: \"XX\"")
            && !said.contains("neither demo"),
        "{said}"
    );
    std::fs::write(trace.join("openb_pod_list_default.csv"), pods).unwrap();
    let again = roadstead()
        .arg("import-trace")
        .arg(&trace)
        .arg("--data")
        .arg(&data)
        .output()
        .unwrap();
    assert!(!again.status.success() && text(&again).contains("holds a fleet already"));
    for start in 0..2 {
        let cloud = Cloud::start(&data, &["--speed", "2000"], Some(ADMIN_KEY));
        assert_eq!(cloud.lines.len(), 3);
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let (status, body) = cloud.ask("GET", "/api/v1/pods", "", "");
            assert_eq!(status, 200, "{body}");
            let has = |name: &str| body.contains(&format!("\"name\":\"{name}\""));
            if has("stays") && has("comes") && !has("goes") {
                break;
            }
            assert!(Instant::now() < end, "start {start}: {body}");
            std::thread::sleep(Duration::from_millis(50));
        }
        cloud.stop();
    }
}

#[test]
fn mistakes_are_said_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&[&str], &str); 4] = [
        (
            &["--fleet", "no-such-folder"],
            "neither demo, empty nor the folder of a trace",
        ),
        (&["--speed", "0"], "a speed is between"),
        (
            &["--origin", "https://tools.example/"],
            "\"https://tools.example/\" is no origin",
        ),
        (
            &["--config", "no-such-file.toml"],
            "cannot read no-such-file.toml",
        ),
    ];
    for (words, expected) in cases {
        let output = roadstead()
            .args(["up", "--no-open", "--data"])
            .arg(folder.path())
            .args(words)
            .output()
            .unwrap();
        assert!(
            !output.status.success() && text(&output).contains(expected),
            "{}",
            text(&output)
        );
    }
    for surface in ["v2", "api-v1"] {
        let output = roadstead().args(["openapi", surface]).output().unwrap();
        assert!(output.status.success() && output.stdout.starts_with(b"{"));
    }
}
