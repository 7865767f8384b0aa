//! The templates the product ships with. Each starts with a command that keeps running.

use std::collections::BTreeMap;

use domain::TemplateId;
use domain::ids::IdMint;
use domain::names::{Image, Name};
use domain::pod::{Port, PortKind, WORKSPACE};
use engine::state::{Template, TemplateCategory};

/// Name, image, command, variables, HTTP ports, GB of container disk and of pod volume.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [u16],
    [u32; 2],
);

const ROWS: [Row; 6] = [
    (
        "PyTorch",
        "pytorch/pytorch:2.8.0-cuda12.8-cudnn9-devel",
        "bash -c \"service ssh start; pip install -q jupyterlab; jupyter lab --ip=0.0.0.0 --port=8888 \
         --allow-root --no-browser || sleep infinity\"",
        &[("HF_HOME", "/workspace/.cache/huggingface")],
        &[8888, 6006],
        [40, 100],
    ),
    (
        "vLLM",
        "vllm/vllm-openai:v0.11.0",
        "--host 0.0.0.0 --port 8000 --model Qwen/Qwen2.5-7B-Instruct",
        &[
            ("HF_HOME", "/workspace/.cache/huggingface"),
            ("VLLM_LOGGING_LEVEL", "INFO"),
        ],
        &[8000],
        [60, 100],
    ),
    (
        "ComfyUI",
        "yanwk/comfyui-boot:cu128-slim",
        "",
        &[("CLI_ARGS", "--listen 0.0.0.0 --port 8188")],
        &[8188],
        [30, 60],
    ),
    (
        "Jupyter",
        "quay.io/jupyter/pytorch-notebook:cuda12-latest",
        "start-notebook.py --ServerApp.ip=0.0.0.0 --ServerApp.port=8888 --ServerApp.root_dir=/workspace",
        &[("JUPYTER_ENABLE_LAB", "yes")],
        &[8888],
        [20, 50],
    ),
    (
        "Whisper",
        "onerahmet/openai-whisper-asr-webservice:latest-gpu",
        "",
        &[("ASR_MODEL", "large-v3"), ("ASR_ENGINE", "faster_whisper")],
        &[9000],
        [20, 40],
    ),
    ("Ubuntu", "ubuntu:24.04", "sleep infinity", &[], &[], [20, 20]),
];

/// The shipped templates, with IDs from `mint`. All have SSH on port 22.
#[must_use]
pub fn shipped(mint: &mut IdMint) -> Vec<Template> {
    let template = |(name, image, args, env, http, [disk_gb, volume_gb]): Row| {
        let http = http.iter().map(|number| Port {
            number: *number,
            kind: PortKind::Http,
        });
        Some(Template {
            id: TemplateId::mint(mint),
            account_id: None,
            name: Name::try_from(name).ok()?,
            image: Image::try_from(image).ok()?,
            args: args.to_owned(),
            env: env
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            ports: http
                .chain([Port {
                    number: 22,
                    kind: PortKind::Tcp,
                }])
                .collect(),
            disk_gb,
            volume_gb,
            volume_path: WORKSPACE.to_owned(),
            category: TemplateCategory::Nvidia,
            start_ssh: true,
            cuda_versions: Vec::new(),
            deleted: false,
        })
    };
    ROWS.into_iter().filter_map(template).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    ///
    #[test]
    fn every_template_makes_a_pod_within_its_limits() {
        let templates = shipped(&mut IdMint::new(Timestamp::default(), 1));
        assert_eq!(templates.len(), ROWS.len());
        for it in templates {
            assert_eq!(it.check(), Ok(()), "{}", it.name);
        }
    }
}
