import { adaptiveTimeouts } from "../adaptiveTimeouts.js";
import { electionVariants } from "../electionVariants.js";
import type { Row } from "../experiment.js";
import type { Trial } from "./trial.js";

/** What there is to save in an election: fewer is better. */
const METRICS = ["downtime", "flapping", "returned", "quietMessages", "failoverMessages"] as const;

/** The survey's statements on what elections and timeouts may become. */
export const outlookTrials: readonly Trial[] = [
  {
    id: "7.2",
    chapter: "7",
    statement: "Elections, those of leaderless clusters too, can be made more efficient.",
    experiment: electionVariants,
    judge(run) {
      const rows = run();
      const of = (variant: string) => rows.find((row) => row.variant === variant)!;
      const plain = of("raft");
      const value = (row: Row, metric: string) => (row[metric] as number | null) ?? Infinity;
      const better = (row: Row, metric: string) => value(row, metric) < 0.9 * value(plain, metric);
      const worse = (row: Row, metric: string) => value(row, metric) > 1.02 * value(plain, metric);
      // As written, two may lead, or nobody for ever: what that saves is no saving.
      const sound = rows.filter((row) => row !== plain && !(row.variant as string).endsWith("as written"));
      const saving = sound.filter((row) => METRICS.some((metric) => better(row, metric)));
      const free = saving.filter((row) => !METRICS.some((metric) => worse(row, metric)));
      const [preVote, transfer, views, literal] = [of("raft, pre-vote"), of("raft, transfer"), of("PARABOLIC repaired"), of("PARABOLIC as written")];
      const figures = {
        flappingPlain: plain.flapping as number,
        flappingPreVote: preVote.flapping as number,
        downtimePlain: plain.downtime as number,
        downtimePreVote: preVote.downtime as number,
        messagesPlain: plain.failoverMessages as number,
        messagesPreVote: preVote.failoverMessages as number,
        plannedPlain: plain.planned as number,
        plannedTransfer: transfer.planned as number,
        flappingParabolic: literal.flapping as number,
        flappingParabolicRepaired: views.flapping as number,
        severalParabolic: literal.several as number,
        severalParabolicRepaired: views.several as number,
        withoutCost: free.length,
      };
      const because = `With pre-vote a link that comes and goes caused ${figures.flappingPreVote.toFixed(0)} elections a minute instead of ${figures.flappingPlain.toFixed(0)}, for ${(figures.downtimePreVote - figures.downtimePlain).toFixed(0)} ms more downtime after a crash, and ${figures.messagesPreVote.toFixed(0)} messages there instead of ${figures.messagesPlain.toFixed(0)}; a leader that hands over before a planned stop leaves ${figures.plannedTransfer.toFixed(0)} ms without one instead of ${figures.plannedPlain.toFixed(0)}. Repairing PARABOLIC took it from ${figures.flappingParabolic.toFixed(0)} needless elections a minute to ${figures.flappingParabolicRepaired.toFixed(0)}, for more messages and a longer downtime.`;
      if (saving.length === 0 && figures.plannedTransfer >= figures.plannedPlain) return { verdict: "fails", because, figures };
      if (free.length > 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "one says what is to be saved: each variant that saves needless elections or messages costs more of something else, be it downtime, elections or messages", because, figures };
    },
  },
  {
    id: "7.3",
    chapter: "7",
    statement: "Adaptive mechanisms make a cluster smarter: timeouts that adapt to the network.",
    experiment: adaptiveTimeouts,
    judge(run) {
      const rows = run();
      const fixed = moved(rows, "fixed timeout");
      const [phi, guard] = [fixed("φ accrual"), fixed("Lifeguard")];
      const figures = {
        phiTuning: phi.tuning,
        phiCalm: phi.calm,
        phiWrong: phi.wrong,
        fixedAsRarelyWrongAsPhi: phi.matched,
        phiJustAfter: phi.justAfter,
        lifeguardTuning: guard.tuning,
        lifeguardCalm: guard.calm,
        lifeguardRough: guard.rough,
        lifeguardWrong: guard.wrong,
        fixedAsRarelyWrongAsLifeguard: guard.matched,
      };
      const gains = ({ calm, matched }: Moved) => matched === null || calm < matched;
      const inWords = ({ calm, wrong, matched }: Moved) => `finds a crash on the calm network in ${calm.toFixed(0)} ms and is wrong ${wrong.toFixed(0)} times an hour, the mean of the calm network and of the rough one; ${matched === null ? "no fixed timeout is as rarely wrong" : `a fixed timeout as rarely wrong takes ${matched.toFixed(0)} ms`}`;
      const because = `φ accrual ${inWords(phi)}; in the first seconds after the change φ accrual is wrong ${phi.justAfter.toFixed(0)} times an hour. Lifeguard ${inWords(guard)}; on the rough network Lifeguard takes ${guard.rough === null ? "for ever" : `${guard.rough.toFixed(0)} ms`}.`;
      if (!gains(phi) && !gains(guard)) return { verdict: "fails", because, figures };
      if (phi.justAfter <= 2 * phi.wrong || gains(guard)) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "the network stays as it is for long enough to be learned", because, figures };
    },
  },
];

interface Moved {
  readonly tuning: number;
  /** Detection on the calm network, and while it is long rough, ms. */
  readonly calm: number;
  readonly rough: number | null;
  /** Wrong suspicions an hour and pair while the network is calm and while it is long rough, the mean of both; and just after the change. */
  readonly wrong: number;
  readonly justAfter: number;
  /** Detection on the calm network of the fastest fixed timeout that is wrong as rarely, ms; null: none is. */
  readonly matched: number | null;
}

/** An adaptive detector in its tuning that is least often wrong, beside what a fixed timeout needs to be wrong as rarely. */
function moved(rows: readonly Row[], plain: string): (detector: string) => Moved {
  const at = (detector: string, tuning: unknown, phase: string) => rows.find((row) => row.detector === detector && row.tuning === tuning && row.phase === phase)!;
  const tunings = (detector: string) => rows.filter((row) => row.detector === detector && row.phase === "calm").map(({ tuning }) => tuning as number);
  const wrong = (detector: string, tuning: number) => ((at(detector, tuning, "calm").wrong as number) + (at(detector, tuning, "long rough").wrong as number)) / 2;
  const calm = (detector: string, tuning: number) => (at(detector, tuning, "calm").detection as number | null) ?? Infinity;
  return (detector) => {
    const tuning = tunings(detector).reduce((best, each) => (wrong(detector, each) < wrong(detector, best) ? each : best));
    const rivals = tunings(plain).filter((each) => wrong(plain, each) <= wrong(detector, tuning)).map((each) => calm(plain, each));
    return {
      tuning,
      calm: calm(detector, tuning),
      rough: at(detector, tuning, "long rough").detection as number | null,
      wrong: wrong(detector, tuning),
      justAfter: at(detector, tuning, "just rough").wrong as number,
      matched: rivals.length === 0 ? null : Math.min(...rivals),
    };
  };
}
