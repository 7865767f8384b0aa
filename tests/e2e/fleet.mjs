// What a flow arranges or reads behind the page: the API, with the session of the page.
import assert from "node:assert/strict";

const CSRF = { "X-Roadstead-Csrf": "1" };
/** On most machines of the demo already, so that nobody waits for its pull. */
export const IMAGE = "pytorch/pytorch:2.8.0-cuda12.8-cudnn9-devel";
const LEVEL_MS_MAX = 60_000;
const LOOK_AGAIN_MS = 150;

/** Reads again until `wanted` holds for what is read: a level, however it was reached. */
export async function until(read, wanted, what) {
  const overdue = Date.now() + LEVEL_MS_MAX;
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    assert.ok(Date.now() < overdue, `${what} is not reached; it stands at ${JSON.stringify(value)?.slice(0, 500)}`);
    await new Promise((again) => setTimeout(again, LOOK_AGAIN_MS));
  }
}

/** The fleet as the API tells it. */
export class Fleet {
  #request;

  constructor(request) {
    this.#request = request;
  }

  async get(path) {
    const answer = await this.#request.get(`/api/v1${path}`);
    assert.ok(answer.ok(), `GET ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  }

  async post(path, data) {
    const answer = await this.#request.post(`/api/v1${path}`, { data, headers: CSRF });
    assert.ok(answer.ok(), `POST ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  }

  async pods() {
    return (await this.get("/pods?limit=1000")).pods;
  }

  /** The pod of a name, as in the list. */
  async pod(name) {
    const pod = (await this.pods()).find((it) => it.name === name);
    assert.ok(pod, `there is no pod ${name}`);
    return pod;
  }

  /** Everything about a pod. */
  podOf(id) {
    return this.get(`/pods/${id}`);
  }

  async volumes() {
    return (await this.get("/network-volumes")).networkVolumes;
  }

  async machine(name) {
    return (await this.get("/machines?limit=1000")).machines.find((it) => it.name === name);
  }

  /** The newest migration of a pod's name. */
  async migrationOf(name) {
    return (await this.get("/migrations")).migrations.find((it) => it.podName === name);
  }

  act(id, action, more = {}) {
    return this.post(`/pods/${id}/action`, { action, ...more });
  }

  /** A pod with a container disk only. */
  async create(name, gpuType, count, dataCenter) {
    const gpu = { id: gpuType, count };
    const pod = await this.post("/pods", { name, image: IMAGE, gpu, dataCenterIds: [dataCenter] });
    return pod.summary;
  }

  /** Waits until a pod is in a state. */
  reached(id, state) {
    return until(() => this.podOf(id), (pod) => pod.summary.state === state, `${id} ${state}`);
  }

  /** Waits until a migration is in a state. */
  moved(id, state) {
    return until(() => this.get(`/migrations/${id}`), (it) => it.state === state, `${id} ${state}`);
  }
}
