// The official Node client against a running server: `node --test client.mjs`, with the client's entry in CLIENT_NODE and
// the administrator's kubeconfig in KUBECONFIG.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PassThrough } from 'node:stream';

const k8s = await import(process.env.CLIENT_NODE);
const config = new k8s.KubeConfig();
config.loadFromFile(process.env.KUBECONFIG);
const core = config.makeApiClient(k8s.CoreV1Api);
const namespace = 'default';
const patched = (strategy) => k8s.setHeaderOptions('Content-Type', strategy);

async function until(condition, what) {
    for (let tries = 0; tries < 300; tries++) {
        const value = await condition();
        if (value) return value;
        await sleep(100);
    }
    assert.fail(`waited 30 s for ${what}`);
}

const settings = (name, data, labels) => ({ metadata: { name, labels }, data });
const pod = (name) => ({
    metadata: { name },
    spec: { containers: [{ name: 'main', image: 'registry.example/app:1', ports: [{ containerPort: 80 }] }] },
});

test('the kubeconfig leads to a Kubernetes 1.36', async () => {
    assert.equal(config.getCurrentCluster().server, new URL(config.getCurrentCluster().server).origin);
    const version = await config.makeApiClient(k8s.VersionApi).getCode();
    assert.deepEqual([version.major, version.minor], ['1', '36']);
});

test('typed objects are made, read, listed, patched in all ways, and deleted', async () => {
    const made = await core.createNamespacedConfigMap({ namespace, body: settings('n', { a: '1' }, { set: 'n' }) });
    assert.ok(made.metadata.uid);
    assert.ok(made.metadata.creationTimestamp instanceof Date);
    const named = { name: 'n', namespace };
    await core.patchNamespacedConfigMap({ ...named, body: { data: { b: '2', a: null } } }, patched(k8s.PatchStrategy.MergePatch));
    await core.patchNamespacedConfigMap(
        { ...named, body: [{ op: 'add', path: '/data/c', value: '3' }] },
        patched(k8s.PatchStrategy.JsonPatch),
    );
    await core.patchNamespacedConfigMap({ ...named, body: { data: { d: '4' } } }, patched(k8s.PatchStrategy.StrategicMergePatch));
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'n' }, data: { e: '5' } };
    const applied = await core.patchNamespacedConfigMap(
        { ...named, body, fieldManager: 'node', force: true },
        patched(k8s.PatchStrategy.ServerSideApply),
    );
    assert.deepEqual(applied.data, { b: '2', c: '3', d: '4', e: '5' });
    assert.ok(applied.metadata.managedFields.some((entry) => entry.manager === 'node' && entry.operation === 'Apply'));
    const list = await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=n' });
    assert.deepEqual(list.items.map((item) => item.metadata.name), ['n']);
    made.data = { stale: 'yes' };
    await assert.rejects(core.replaceNamespacedConfigMap({ ...named, body: made }), (error) => error.code === 409);
    await core.deleteNamespacedConfigMap(named);
    await assert.rejects(core.readNamespacedConfigMap(named), (error) => {
        assert.equal(error.code, 404);
        assert.equal(JSON.parse(error.body).reason, 'NotFound');
        return true;
    });
});

test('a list comes in pages', async () => {
    for (const name of ['p-0', 'p-1', 'p-2']) {
        await core.createNamespacedConfigMap({ namespace, body: settings(name, {}, { set: 'p' }) });
    }
    const names = [];
    let _continue;
    do {
        const page = await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=p', limit: 2, _continue });
        names.push(page.items.map((item) => item.metadata.name));
        _continue = page.metadata._continue;
    } while (_continue);
    assert.deepEqual(names, [['p-0', 'p-1'], ['p-2']]);
});

test('a watch tells each change', async () => {
    const start = await core.listNamespacedConfigMap({ namespace });
    const seen = [];
    const { promise: ended, resolve } = Promise.withResolvers?.() ?? withResolvers();
    const request = await new k8s.Watch(config).watch(
        `/api/v1/namespaces/${namespace}/configmaps`,
        { resourceVersion: start.metadata.resourceVersion, labelSelector: 'set=w', allowWatchBookmarks: true },
        (type, object) => type !== 'BOOKMARK' && seen.push(`${type} ${object.metadata.name}`),
        resolve,
    );
    await core.createNamespacedConfigMap({ namespace, body: settings('w', {}, { set: 'w' }) });
    await core.createNamespacedConfigMap({ namespace, body: settings('other', {}, { set: 'x' }) });
    await core.patchNamespacedConfigMap({ name: 'w', namespace, body: { data: { a: '1' } } }, patched(k8s.PatchStrategy.MergePatch));
    await core.deleteNamespacedConfigMap({ name: 'w', namespace });
    await until(() => seen.length === 3, 'three events');
    assert.deepEqual(seen, ['ADDED w', 'MODIFIED w', 'DELETED w']);
    request.abort();
    await ended;
});

test('an informer keeps what there is', async () => {
    await core.createNamespacedConfigMap({ namespace, body: settings('i-0', {}, { set: 'i' }) });
    const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: 'set=i' });
    const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list, 'set=i');
    const seen = [];
    for (const verb of ['add', 'update', 'delete']) {
        informer.on(verb, (object) => seen.push(`${verb} ${object.metadata.name}`));
    }
    informer.on('error', (error) => error.name !== 'AbortError' && seen.push(`error ${error}`));
    await informer.start();
    await until(() => informer.get('i-0', namespace), 'the first object');
    await core.createNamespacedConfigMap({ namespace, body: settings('i-1', {}, { set: 'i' }) });
    await until(() => informer.list().length === 2, 'the second object');
    await core.deleteNamespacedConfigMap({ name: 'i-0', namespace });
    await until(() => informer.list().length === 1, 'the deletion');
    await informer.stop();
    assert.deepEqual(seen, ['add i-0', 'add i-1', 'delete i-0']);
});

test('exec and logs answer why they cannot', async () => {
    await core.createNamespacedPod({ namespace, body: pod('exec') });
    await until(async () => (await core.readNamespacedPod({ name: 'exec', namespace })).status.phase === 'Running', 'the pod');
    const run = (name, told) =>
        new k8s.Exec(config).exec(namespace, name, 'main', ['ls'], new PassThrough(), new PassThrough(), null, false, told);
    // no kubelet listens behind a hollow node, which is told on the stream; a pod that is not there has no stream
    const status = await new Promise((told, failed) => run('exec', told).catch(failed));
    assert.match(status.message, /^Internal error occurred: error sending request: Post "https:.*no such host$/);
    await assert.rejects(run('missing'), (error) => /404/.test(error.message));
    await assert.rejects(new k8s.Log(config).log(namespace, 'missing', 'main', new PassThrough()), (error) => error.code === 404);
    await core.deleteNamespacedPod({ name: 'exec', namespace, gracePeriodSeconds: 0 });
});

test('objects of any kind, through discovery', async () => {
    const objects = k8s.KubernetesObjectApi.makeApiClient(config);
    const spec = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'any', namespace } };
    const labels = { app: 'any' };
    await objects.create({
        ...spec,
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod('x').spec } },
    });
    const scaled = await objects.patch({ ...spec, spec: { replicas: 3 } });
    assert.equal(scaled.spec.replicas, 3);
    assert.equal((await objects.read(spec)).spec.strategy.type, 'RollingUpdate');
    const all = await objects.list('apps/v1', 'Deployment', namespace);
    assert.deepEqual(all.items.map((item) => item.metadata.name), ['any']);
    await objects.delete(spec);
    await assert.rejects(objects.read(spec), (error) => error.code === 404);
});

function withResolvers() {
    let resolve;
    const promise = new Promise((done) => (resolve = done));
    return { promise, resolve };
}
