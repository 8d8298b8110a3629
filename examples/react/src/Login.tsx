import { type FormEvent, useState } from "react";
import { explain } from "./explain";

interface Props {
  logIn: (username: string, password: string) => Promise<unknown>;
  onEnter: () => void;
}

export function Login({ logIn, onEnter }: Props) {
  const [problem, setProblem] = useState("");
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    try {
      await logIn(String(form.get("username")), String(form.get("password")));
      onEnter();
    } catch (error) {
      setProblem(explain(error));
    }
  }
  return (
    <form className="card login" onSubmit={submit}>
      <h1>Control Fresco</h1>
      <label>Usuario <input name="username" autoComplete="username" required autoFocus /></label>
      <label>Contraseña <input name="password" type="password" autoComplete="current-password" required /></label>
      {problem && <p role="alert">{problem}</p>}
      <button>Entrar</button>
    </form>
  );
}
