//! What happened in the fleet during the last two days.
//!
//! Times are minutes before the present. The order matters: who stops frees GPUs that others take.

use domain::AccountId;
use domain::names::Image;
use engine::Command;
use engine::command::{NewPod, PodEdit};

use super::stage::{Cast, Stage};
use super::{DemoError, HISTORY_HOURS, MAIN_ACCOUNT};

/// Everybody who rents.
struct Accounts {
    northwind: AccountId,
    tide: AccountId,
    kestrel: AccountId,
    aldermoor: AccountId,
    fjord: AccountId,
}

pub(super) fn tell(stage: &mut Stage) -> Result<(), DemoError> {
    stage.set_up()?;
    let accounts = Accounts {
        northwind: stage.account(MAIN_ACCOUNT, true, 1_500)?,
        tide: stage.account("Tide Robotics", false, 50)?,
        kestrel: stage.account("Kestrel Studio", false, 2_000)?,
        aldermoor: stage.account("Aldermoor Institute", false, 4_000)?,
        fjord: stage.account("Fjord Analytics", false, 2_000)?,
    };
    stage.at_minutes_before(HISTORY_HOURS * 60 - 5);
    first_day(stage, &accounts)?;
    second_day(stage, &accounts)?;
    last_hour(stage, &accounts)?;
    last_seconds(stage, &accounts)
}

fn first_day(stage: &mut Stage, accounts: &Accounts) -> Result<(), DemoError> {
    let main = accounts.northwind;
    neighbours(stage, accounts)?;
    let gpu = |name, machine, gpus, template, volume| Cast {
        name,
        machine,
        gpus,
        template,
        volume: Some(volume),
    };
    stage.deploy(main, gpu("train-llama-8b", "nl-4090-1", 2, "PyTorch", (250, 96)))?;
    stage.deploy(main, gpu("chat-backend", "nl-4090-1", 1, "vLLM", (100, 38)))?;
    stage.deploy(main, gpu("sd-webui", "se-4090-1", 1, "ComfyUI", (120, 71)))?;
    stage.deploy(main, gpu("jupyter-maya", "nl-l40s-1", 1, "Jupyter", (50, 12)))?;
    stage.deploy(main, gpu("whisper-batch", "se-a5000-1", 2, "Whisper", (80, 55)))?;
    stage.deploy(main, gpu("lora-maya", "se-a5000-1", 1, "PyTorch", (60, 22)))?;
    stage.deploy(
        main,
        gpu("train-vision-xl", "mtl-a100-1", 4, "PyTorch", (2_000, 1_640)),
    )?;
    stage.deploy(main, gpu("tts-studio", "ca-l40s-1", 1, "PyTorch", (60, 31)))?;
    stage.deploy(main, gpu("render-queue", "ca-l40s-1", 2, "ComfyUI", (150, 88)))?;
    stage.deploy(main, gpu("rl-arena", "pl-3090-1", 1, "PyTorch", (40, 9)))?;
    stage.deploy(main, gpu("protein-fold", "de-4090-1", 1, "PyTorch", (100, 64)))?;
    stage.deploy(main, gpu("notes-bot", "de-4090-1", 1, "vLLM", (60, 18)))?;
    stage.deploy(main, gpu("old-experiment", "tx-a5000-1", 1, "PyTorch", (30, 5)))?;

    // The pod that moves is known elsewhere by the address it has: a plan finds it.
    let eval = gpu("eval-nightly", "nl-a100-1", 1, "PyTorch", (40, 14));
    let mut pod = stage.new_pod(eval)?;
    let checkpoints = stage.proxy_url("train-llama-8b", 8888)?;
    pod.env.insert(
        "CHECKPOINT_URL".to_owned(),
        format!("{checkpoints}/files/checkpoints"),
    );
    pod.env
        .insert("TRAINER_POD".to_owned(), stage.pod("train-llama-8b")?.to_string());
    stage.create(main, pod)?;

    let models = stage.volume(main, "models-shared", "EU-SE-1", 500)?;
    let on_volume = |name, machine, gpus, template| Cast {
        name,
        machine,
        gpus,
        template,
        volume: None,
    };
    stage.deploy_on(main, on_volume("vllm-serve", "se-h100-1", 2, "vLLM"), models)?;
    stage.deploy_on(
        main,
        on_volume("vllm-serve-canary", "se-h100-1", 1, "vLLM"),
        models,
    )?;
    let corpus = stage.volume(main, "corpus-tx", "US-TX-3", 300)?;
    stage.deploy_on(main, on_volume("dataset-prep", "tx-a5000-1", 0, "Ubuntu"), corpus)?;
    stage.volume(main, "datasets", "EU-NL-1", 1_200)?;
    stage.volume(main, "scratch-old", "US-TX-3", 200)?;

    // A host's evening without network: no charge, and a dent in its reliability.
    stage.at_minutes_before(40 * 60);
    stage.set_silent("pl-3090-1", true)?;
    stage.at_minutes_before(40 * 60 - 85);
    stage.set_silent("pl-3090-1", false)?;
    stage.deploy(
        main,
        gpu("finetune-mistral", "tx-a100-1", 2, "PyTorch", (200, 143)),
    )?;
    stage.at_minutes_before(30 * 60);
    stage.stop(main, "eval-nightly")?;
    stage.reboot("mtl-a100-1")?;
    stage.at_minutes_before(26 * 60);
    stage.stop(main, "old-experiment")?;
    stage.at_minutes_before(25 * 60);
    let (pod_id, confirm) = (stage.pod("old-experiment")?, Some("old-experiment".to_owned()));
    stage
        .ask(main, "old-experiment", Command::TerminatePod { pod_id, confirm })
        .map(drop)
}

/// Pods of other accounts. Nobody sees them; their GPUs are taken.
fn neighbours(stage: &mut Stage, accounts: &Accounts) -> Result<(), DemoError> {
    let pods = [
        (accounts.kestrel, "retopo-a", "pl-3090-1", 2),
        (accounts.aldermoor, "climate-ens", "se-h100-1", 4),
        (accounts.fjord, "risk-grid", "ca-4090-1", 4),
        (accounts.fjord, "risk-long", "nl-a100-1", 2),
        (accounts.aldermoor, "climate-post", "tx-a5000-1", 2),
    ];
    for (account_id, name, machine, gpus) in pods {
        stage.deploy(
            account_id,
            Cast {
                name,
                machine,
                gpus,
                template: "Ubuntu",
                volume: None,
            },
        )?;
    }
    Ok(())
}

fn second_day(stage: &mut Stage, accounts: &Accounts) -> Result<(), DemoError> {
    let main = accounts.northwind;
    let bare = |name, machine, gpus| Cast {
        name,
        machine,
        gpus,
        template: "Ubuntu",
        volume: None,
    };
    stage.at_minutes_before(20 * 60);
    stage.credit(main, 1_000, "Monthly top-up")?;
    stage.stop(main, "lora-maya")?;

    // Its GPUs are taken, so it runs with CPUs only, to reach its data.
    stage.at_minutes_before(700);
    stage.stop(main, "finetune-mistral")?;
    stage.at_minutes_before(690);
    stage.deploy(accounts.kestrel, bare("light-bake", "tx-a100-1", 3))?;
    stage.at_minutes_before(600);
    let pod_id = stage.pod("finetune-mistral")?;
    stage.ask(
        main,
        "finetune-mistral",
        Command::StartPod {
            pod_id,
            cpu_only: true,
        },
    )?;

    stage.at_minutes_before(8 * 60);
    let (volume_id, confirm) = (stage.volume_id("scratch-old")?, Some("scratch-old".to_owned()));
    stage.ask(main, "scratch-old", Command::DeleteVolume { volume_id, confirm })?;

    // Its GPUs are taken, so it waits in the queue of its machine.
    stage.at_minutes_before(400);
    stage.stop(main, "render-queue")?;
    stage.at_minutes_before(390);
    stage.deploy(accounts.aldermoor, bare("radar-fit", "ca-l40s-1", 3))?;
    stage.at_minutes_before(380);
    let pod_id = stage.pod("render-queue")?;
    stage.ask(
        main,
        "render-queue",
        Command::JoinQueue {
            pod_id,
            auto_start: true,
        },
    )?;

    // A move that is done but for the confirmation.
    stage.at_minutes_before(350);
    stage.stop(main, "tts-studio")?;
    stage.at_minutes_before(345);
    stage.migrate(main, "tts-studio")?;

    // Its GPUs are taken, and there are free ones of their type elsewhere: to be moved by the reader.
    stage.at_minutes_before(300);
    let pod_id = stage.pod("train-llama-8b")?;
    stage.fill(pod_id, 180);
    stage.at_minutes_before(299);
    stage.stop(main, "train-llama-8b")?;
    stage.at_minutes_before(295);
    stage.deploy(accounts.kestrel, bare("retopo-farm", "nl-4090-1", 3))?;

    let pod_id = stage.pod("chat-backend")?;
    stage.ask(
        main,
        "chat-backend",
        Command::UpdatePod {
            pod_id,
            edit: Box::new(PodEdit {
                locked: Some(true),
                ..PodEdit::default()
            }),
        },
    )?;

    // Fifty dollars last these two for four hours.
    stage.at_minutes_before(200);
    stage.deploy(accounts.tide, bare("grasp-sim", "tx-h100-1", 2))?;
    stage.deploy(accounts.tide, bare("grasp-policy", "tx-h100-1", 1))?;
    Ok(())
}

fn last_hour(stage: &mut Stage, accounts: &Accounts) -> Result<(), DemoError> {
    let main = accounts.northwind;
    let gpu = |name, machine, template, volume| Cast {
        name,
        machine,
        gpus: 1,
        template,
        volume: Some(volume),
    };
    stage.deploy(main, gpu("embed-index", "tx-a5000-1", "PyTorch", (50, 17)))?;
    stage.deploy(main, gpu("gan-lab", "ca-4090-1", "PyTorch", (80, 46)))?;

    stage.at_minutes_before(60);
    stage.stop(main, "train-vision-xl")?;
    stage.at_minutes_before(50);
    let taker = Cast {
        name: "climate-big",
        machine: "mtl-a100-1",
        gpus: 6,
        template: "Ubuntu",
        volume: None,
    };
    stage.deploy(accounts.aldermoor, taker)?;

    stage.at_minutes_before(40);
    stage.set_silent("de-4090-1", true)?;
    stage.deploy(main, gpu("ingest-fail-pull", "tx-a5000-1", "PyTorch", (20, 0)))?;
    stage.deploy(main, gpu("etl-exit-at-once", "tx-a5000-1", "Ubuntu", (20, 1)))?;

    stage.at_minutes_before(25);
    stage.migrate(main, "train-vision-xl")?;
    stage.at_minutes_before(10);
    stage.stop(main, "embed-index")
}

/// What is on its way at the present moment.
fn last_seconds(stage: &mut Stage, accounts: &Accounts) -> Result<(), DemoError> {
    let main = accounts.northwind;
    stage.at_millis_before(4_000);
    let asr = Cast {
        name: "asr-stream",
        machine: "tx-a5000-1",
        gpus: 1,
        template: "Whisper",
        volume: None,
    };
    let image = Some(Image::try_from("nvcr.io/nvidia/riva/riva-speech:2.19.0")?);
    let pod = NewPod {
        image,
        ..stage.new_pod(asr)?
    };
    stage.create(main, pod)?;
    stage.at_millis_before(1_500);
    stage.start(main, "embed-index")?;
    stage.at_millis_before(0);
    stage.stop(main, "gan-lab")
}
