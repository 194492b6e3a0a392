import type { Strategy } from "../../config/strategy.ts";
import type { TaskType } from "../../interfaces/role.ts";
import type { RandomStream } from "../../random/stream.ts";
import type { TaskRecord } from "../../runs/records.ts";
import type { Proposal } from "../proposal.ts";
import type { Reading } from "../rejection.ts";
import type { GivenFunction } from "../tasks/composites.ts";

/** What the model is asked to go on from. */
export interface Prompt {
  /** The whole text, opening included. */
  text: string;
  /** The text's tail that begins the response: readers get it before what the model wrote. */
  opening: string;
  /** Where a response ends. */
  stop: readonly string[];
}

/** What the solver may see and must infer; for induction the shown half of the examples. */
export interface Exercise {
  /** Of mathematics, the problem. */
  program: string;
  inputs: readonly string[];
  outputs: readonly string[];
  message: string | null;
}

/** A response, opening first, and whether a stop string ended it (which is not part of the text). */
export interface Response {
  text: string;
  stopped: boolean;
}

/** What a response holds; `formatted` is false when it can be read although its format is broken. */
export type ResponseReading<T> = Reading<T> & { formatted: boolean };

/** Types whose proposer writes a program and one input. */
export type ProgramTask = Exclude<TaskType, "induction" | "mathematics">;

export interface ProgramRequest {
  type: ProgramTask;
  references: readonly TaskRecord[];
  /** Functions that the program must call; empty for most tasks. */
  given: readonly GivenFunction[];
  /** Wanted, in 0..1, named where a style has words for it (full); null leaves it to the proposer. */
  difficulty: number | null;
  forbiddenModules: readonly string[];
  /** For draws of the style's own, such as which worked examples are shown. */
  random: RandomStream;
}

/** Induction's proposer is given a program and writes inputs and a message. */
export interface InputsRequest {
  program: string;
  /** An input that the program is known to run on. */
  known: string;
  /** Inputs wanted. */
  count: number;
  difficulty: number | null;
  random: RandomStream;
}

/** Mathematics' proposer writes a problem in words and its answer. */
export interface ProblemRequest {
  references: readonly TaskRecord[];
  difficulty: number | null;
  random: RandomStream;
}

/** One way to put the tasks to a model, and to read what comes back. */
export interface PromptStyle {
  /** Strategies that it has texts for; all of them when absent. */
  readonly strategies?: readonly Strategy[];
  /** Of tasks that are proposed outside a run, where nothing else is said. */
  readonly outsideRuns?: { references: number; induction_inputs: number };
  proposeProgram(request: ProgramRequest): Prompt;
  readProgramProposal(response: Response): ResponseReading<Proposal>;
  proposeInputs(request: InputsRequest): Prompt;
  readInputsProposal(
    response: Response,
    request: Pick<InputsRequest, "program" | "count">,
  ): ResponseReading<Proposal>;
  proposeProblem(request: ProblemRequest): Prompt;
  readProblemProposal(response: Response): ResponseReading<Proposal>;
  solve(type: TaskType, exercise: Exercise, strategy?: Strategy): Prompt;
  /** The answer's source text: a literal, the arguments of a call, a program, a name, a number. */
  readAnswer(type: TaskType, response: Response, strategy?: Strategy): ResponseReading<string>;
  /** What a test-driven response asserts before its answer, each an expression. */
  readChecks(response: Response): string[];
}
