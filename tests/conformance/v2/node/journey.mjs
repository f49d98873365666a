// Walks one journey through a live Redress with the stock npm client, every request and answer checked by its schemas.
// Reads CAMUNDA_* from the environment; prints one line a step and exits with 1 at the first that fails.
import assert from 'node:assert/strict';
import createCamundaClient from '@camunda8/orchestration-cluster-api';

const camunda = createCamundaClient({ config: { CAMUNDA_SDK_VALIDATION: 'strict' } });
const now = { consistency: { waitUpToMs: 0 } };
const said = (step) => console.log(`ok ${step}`);

const flow = (id, from, to) => `<bpmn:sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`;
const model = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="http://redress.example">
  <bpmn:process id="node_journey" isExecutable="true">
    <bpmn:startEvent id="s"/>
    <bpmn:userTask id="look"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:serviceTask id="pay"><bpmn:extensionElements>
      <zeebe:taskDefinition type="node_pay"/></bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:endEvent id="e"/>
    ${flow('f1', 's', 'look')}${flow('f2', 'look', 'pay')}${flow('f3', 'pay', 'e')}
  </bpmn:process>
</bpmn:definitions>`;

const topology = await camunda.getTopology();
assert.equal(topology.clusterSize, 1);
said('topology');

const deployment = await camunda.createDeployment({ resources: [new File([model], 'node_journey.bpmn')] });
assert.equal(deployment.deployments[0].processDefinition.processDefinitionId, 'node_journey');
said('deployment');

const { processInstanceKey } = await camunda.createProcessInstance({
  processDefinitionId: 'node_journey',
  variables: { who: '李', amount: 1.5 },
});
said('start');

const found = await camunda.searchUserTasks(
  { filter: { processInstanceKey }, sort: [{ field: 'creationDate', order: 'DESC' }], page: { limit: 10 } },
  now,
);
assert.equal(found.page.totalItems, 1);
const { userTaskKey } = found.items[0];
await camunda.assignUserTask({ userTaskKey, assignee: 'operator', allowOverride: true });
assert.equal((await camunda.getUserTask({ userTaskKey }, now)).assignee, 'operator');
await camunda.completeUserTask({ userTaskKey, variables: { seen: true } });
said('user task');

const { jobs } = await camunda.activateJobs({ type: 'node_pay', timeout: 60000, maxJobsToActivate: 1, worker: 'node' });
assert.deepEqual(jobs[0].variables, { who: '李', amount: 1.5, seen: true });
await camunda.completeJob({ jobKey: jobs[0].jobKey, variables: { paid: 'yes' } });
said('job');

const done = await camunda.getProcessInstance({ processInstanceKey }, now);
assert.equal(done.state, 'COMPLETED');
const variables = await camunda.searchVariables({ filter: { processInstanceKey, name: 'paid' } }, now);
assert.equal(variables.items[0].value, '"yes"');
const elements = await camunda.searchElementInstances({ filter: { processInstanceKey, type: 'USER_TASK' } }, now);
assert.equal(elements.items[0].state, 'COMPLETED');
said('history');

await assert.rejects(camunda.completeUserTask({ userTaskKey }), (error) => error.status === 409);
said('a second completion is refused');
