import { runExperiment } from "../runExperiment.js";
import { zookeeperThroughput } from "../zookeeperThroughput.js";
import { cell, type Comparison, type Published } from "./comparison.js";

/** What was published of ZooKeeper's throughput. */
export const zookeeperComparisons: readonly Comparison[] = [{ source: "Hunt et al. 2010, Table 1", compare: zookeeper }];

/** Only what is predicted: the ensembles of 3 and 13 servers gave the model its costs. */
function zookeeper(source: string): Published[] {
  return runExperiment(zookeeperThroughput, {}, { seed: 1, trials: 1 })
    .rows.filter(({ fitted, published }) => fitted === false && published !== null)
    .map(({ servers, reads, published, predicted }) => {
      const kind = reads === 0 ? { what: "writes", tolerance: 0.15 } : reads === 100 ? { what: "reads", tolerance: 0.08 } : { what: `${reads} % reads`, tolerance: 0.08 };
      return cell(source, `${servers} servers, ${kind.what}, operations a second`, published as number, predicted as number, kind.tolerance);
    });
}
