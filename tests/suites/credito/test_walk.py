"""The life of a new branch from its first day, over HTTP; its figures were worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from tests.factories.documents import upload
from tests.suites.credito.prestamos.conftest import MARTES
from tests.suites.credito.walk import CLAVES, DAY, ROOT, Walk, lunes
from tests.support import Caller

D = Decimal
ANA = [300, 300, 0, 300, 150, 300, 1200, 150, 300, 300, 300, 300, 300, 300]
"""Payments of Ana by week: one missed, one half, and one with an advance of 150."""


class Branch:
    """Ids of what the branch has."""

    grupo: int
    ana: int
    berta: int
    celia: int
    dora: int
    elsa: int
    nueva: int
    clientes: dict[str, int]


@pytest.fixture
def walk(admin: Caller) -> Walk:
    """A company without people of the suite."""
    with clock.frozen(MARTES):
        return Walk(admin)


def test_the_story_of_a_branch(walk: Walk) -> None:
    branch = Branch()
    found(walk, branch)
    lend(walk, branch)
    first_week(walk, branch)
    a_day_without_network(walk, branch)
    missed_and_half_weeks(walk, branch)
    paid_ahead(walk, branch)
    twice_entered(walk, branch)
    renewal(walk, branch)
    the_directors_week(walk, branch)
    death(walk, branch)
    restructure(walk, branch)
    the_end(walk, branch)
    write_off(walk, branch)
    the_journal(walk, branch)


def found(walk: Walk, branch: Branch) -> None:
    """People, a route, a group that meets on Mondays, clients of whom one guarantees."""
    with walk.on(date(2026, 3, 3)):
        for puesto in CLAVES:
            walk.employ(puesto)
        people = {f"{name}_id": walk.personal[name] for name in ("gerente", "supervisor", "titular", "cobrador")}
        route = {"nombre": "Centro", "gerente_id": people["gerente_id"], "supervisor_id": people["supervisor_id"]}
        ruta = walk.does("director", "rutas", route, expect=201)["id"]
        group = {"titular_id": people["titular_id"], "cobrador_id": people["cobrador_id"], "dia_reunion": 1}
        branch.grupo = walk.does("director", "grupos", {"nombre": "Las Rosas", "ruta_id": ruta, **group}, expect=201)[
            "id"
        ]
        home = {"colonia": "Centro", "cp": "06000", "estado_civil": "soltero", "propiedad": "rentada"}
        branch.clientes = {
            name: walk.does(
                "titular",
                "clientes",
                {"nombre": name, "apellido_paterno": "García", "grupo_id": branch.grupo, **home},
                expect=201,
            )["id"]
            for name in ("Ana", "Berta", "Celia", "Dora", "Elsa")
        }


def lend(walk: Walk, branch: Branch) -> None:
    """A Tuesday's disbursements, out of cash of the office; the large one is the director's to approve."""
    with walk.on(date(2026, 3, 3)):
        types = {one["nombre"]: one["id"] for one in walk.get("titular", "tipos-prestamo")}
        own = {"nombre": "14 semanas con seguro", "metodo": "cuota_fija", "frecuencia": "semanal", "numero_pagos": 14}
        costs = {
            "interes": "0.4",
            "redondeo": 1,
            "comision": "0.02",
            "comision_modo": "descontada",
            "seguro": 150,
            "mora_tipo": "cuotas_extra",
        }
        insured = walk.does("director", "tipos-prestamo", {**own, **costs, "mora_valor": 1}, expect=201)
        walk.cut("cajero")
        cut = walk.cut("titular")
        walk.give(cut, 60_000, "titular")
        clients, weekly = branch.clientes, types["14 semanas"]
        branch.ana = walk.lend(clients["Ana"], weekly, 3000, clients["Berta"])
        branch.celia = walk.lend(clients["Celia"], weekly, 3000, clients["Ana"])
        branch.dora = walk.lend(clients["Dora"], weekly, 3000, clients["Berta"])
        body = {"cliente_id": clients["Elsa"], "tipo_prestamo_id": insured["id"], "monto": 45_000}
        branch.elsa = walk.does("titular", "prestamos", body, expect=201)["id"]
        assert walk.does("supervisor", f"prestamos/{branch.elsa}/aprobar", expect=403) == "limite_excedido"
        walk.does("director", f"prestamos/{branch.elsa}/aprobar")
        handed = walk.does("titular", f"prestamos/{branch.elsa}/desembolsar", {"medio": "efectivo"})
        assert (handed["monto_entregado"], handed["cuota"], handed["cat"]) == (43_950, 4500, D("1303.1"))
        ana = walk.get("titular", f"prestamos/{branch.ana}")
        assert (ana["total_a_pagar"], ana["cuota"], ana["cat"]) == (4200, 300, D("1068.5"))
        assert [one["interes"] for one in ana["cuotas"]] == 2 * [*3 * [D("85.71"), D("85.72")], D("85.71")]
        assert (ana["primera_fecha"], ana["fecha_vencimiento"]) == ("2026-03-09", "2026-06-08")
        assert walk.close(cut, 7050, "titular")["diferencia"] == 0


def first_week(walk: Walk, branch: Branch) -> None:
    """All pay, the collector's cut lacks 50, and the titular earns the bonus of 5,400 without missed weeks."""
    with walk.on(lunes(1)):
        cut = walk.cut("cobrador")
        sheet = walk.get("cobrador", f"grupos/{branch.grupo}/hoja")
        assert [one["a_cobrar"] for one in sheet["prestamos"]] == [300, 300, 300, 4500]
        rows = [{"prestamo_id": one["prestamo_id"], "monto": one["a_cobrar"]} for one in sheet["prestamos"]]
        total = {"total": 5401, "pagos": rows}
        assert walk.does("cobrador", f"grupos/{branch.grupo}/pagos", total, expect=400) == "total_no_cuadra"
        walk.does("cobrador", f"grupos/{branch.grupo}/pagos", {**total, "total": 5400}, expect=201)
        fuel = {"concepto": "Gasolina", "monto": "80.50", "comprobante_id": upload(walk.by("cobrador"))["id"]}
        walk.does("cobrador", f"cortes/{cut['id']}/gastos", fuel, expect=201)
        assert walk.get("cobrador", f"cortes/{cut['id']}")["esperado"] == 5319.5
        walk.does("cobrador", f"cortes/{cut['id']}/entregar", {"contado": "5319.50"})
        own = walk.does("cobrador", f"cortes/{cut['id']}/confirmar", {"contado": "5319.50"}, expect=403)
        assert own in {"forbidden", "no_su_propio_corte"}
        confirmed = walk.does("cajero", f"cortes/{cut['id']}/confirmar", {"contado": "5269.50"})
        assert confirmed["diferencia"] == -50
    with walk.on(lunes(1) + DAY):
        [short] = walk.get("supervisor", "faltantes")
        assert (short["monto"], short["saldo"], short["personal_id"]) == (50, 50, walk.personal["cobrador"])
        paid = walk.does("supervisor", f"faltantes/{short['id']}/abonar", {"monto": 50, "metodo": "banco"})
        assert (paid["saldo"], paid["estado"]) == (0, "pagado")


def a_day_without_network(walk: Walk, branch: Branch) -> None:
    """The device sends its batch twice; money for a loan that there is not waits until it is Dora's."""
    with walk.on(lunes(2)):
        day = walk.get("cobrador", "cobranza/dia")
        assert sum(len(one["prestamos"]) for one in day["grupos"]) == 4
        batch = [
            walk.sent(1, branch.ana, 300),
            walk.sent(2, branch.celia, 300),
            walk.sent(3, branch.elsa, 4500),
            walk.sent(4, 999_999, 120),
        ]
        visit = {"local_id": "00000000-0000-0000-0000-000000000009", "prestamo_id": branch.dora}
        visit |= {"hora_local": f"{walk.today}T11:40:00", "resultado": "promesa", "promesa_fecha": str(lunes(2) + DAY)}
        assert walk.sync(batch, [visit]) == ["creado"] * 3 + ["por_revisar", "creado"]
        assert walk.sync(batch[::-1], [visit]) == ["repetido"] * 5
        [cut] = walk.get("cobrador", "cortes", estado="abierto")
        assert cut["esperado"] == 5220
        walk.does("cobrador", f"cortes/{cut['id']}/entregar", {"contado": 5220})
        confirm = f"cortes/{cut['id']}/confirmar"
        assert walk.does("cajero", confirm, {"contado": 5220}, expect=409) == "pagos_por_revisar"
        [waiting] = walk.get("supervisor", "pagos/por-revisar")
        decision = {"accion": "aplicar", "prestamo_id": branch.dora}
        decided = walk.does("supervisor", f"pagos/{waiting['id']}/resolver", decision)
        assert decided["aplicado"]["interes"] == D("85.72")
        assert decided["aplicado"]["capital"] == D("34.28")
        assert walk.does("cajero", confirm, {"contado": 5220})["diferencia"] == 0
        [bonus] = walk.get("cajero", "bonos-ganados", semana=str(lunes(1)))
        assert (bonus["monto"], bonus["cobranza"], bonus["faltas"]) == (150, 5400, 0)
        [own] = walk.get("cajero", "cortes", estado="abierto")
        walk.does("cajero", f"bonos-ganados/{bonus['id']}/pagar", {"corte_id": own["id"]})
        assert [one["prestamo_id"] for one in walk.get("supervisor", "promesas", fecha=str(lunes(2) + DAY))] == [
            branch.dora
        ]


def missed_and_half_weeks(walk: Walk, branch: Branch) -> None:
    """Ana misses her third week, which is tolerated, and pays half of the fifth, which costs her one installment."""
    for number in range(3, 7):
        with walk.on(lunes(number)):
            pagos = {branch.ana: ANA[number - 1], branch.celia: 300, branch.elsa: 4500, branch.dora: 0}
            assert walk.meeting(branch.grupo, pagos)["diferencia"] == 0
    with walk.on(lunes(6) + DAY):
        faltas = walk.get("supervisor", f"prestamos/{branch.ana}/faltas")
        seen = {(one["semana"], one["tipo"], one["faltante"], one["tolerada"]) for one in faltas}
        assert seen == {("2026-03-23", "sin_pago", 300, True), ("2026-04-06", "parcial", 150, False)}
        ana = walk.get("supervisor", f"prestamos/{branch.ana}")
        [charge] = ana["cargos"]
        assert (charge["tipo"], charge["monto"], charge["fecha"], charge["cuota_numero"]) == (
            "pena",
            300,
            "2026-04-13",
            5,
        )
        assert (ana["saldo"], ana["vencido"], ana["estado"], ana["dias_atraso"]) == (3150, 150, "atrasado", 8)
        dora = walk.get("supervisor", f"prestamos/{branch.dora}")
        assert (len(dora["cargos"]), dora["faltas"], dora["saldo"]) == (1, 4, 4080)


def paid_ahead(walk: Walk, branch: Branch) -> None:
    """1,200 pay what is late, the penalty and half of the next week, which the rest of it completes."""
    with walk.on(lunes(7)):
        walk.meeting(branch.grupo, {branch.ana: 1200, branch.celia: 300, branch.elsa: 4500, branch.dora: 0})
        ana = walk.get("supervisor", f"prestamos/{branch.ana}")
        assert (ana["saldo_cargos"], ana["vencido"], ana["adelanto"], ana["semana_activa"]) == (0, 0, 150, 7)
    with walk.on(lunes(8)):
        walk.meeting(branch.grupo, {branch.ana: 150, branch.celia: 300, branch.dora: 0})


def twice_entered(walk: Walk, branch: Branch) -> None:
    """A transfer is entered twice and reversed once."""
    with walk.on(lunes(8)):
        walk.pay("cajero", branch.elsa, 4500, metodo="transferencia")
        again = {"metodo": "transferencia"}
        assert walk.pay("cajero", branch.elsa, 4500, expect=409, **again) == "posible_duplicado"
        double = walk.pay("cajero", branch.elsa, 4500, confirmar_duplicado=True, **again)
    with walk.on(lunes(8) + DAY):
        walk.does("supervisor", f"pagos/{double['id']}/reversar", {"motivo": "Se capturó dos veces"})
        assert walk.get("supervisor", f"prestamos/{branch.elsa}")["saldo"] == 63_000 - 8 * 4500


def renewal(walk: Walk, branch: Branch) -> None:
    """After her ninth payment Celia's rest of 1,500 is netted from 4,000."""
    again = {"monto": 4000}
    with walk.on(lunes(8) + DAY):
        again["tipo_prestamo_id"] = walk.get("titular", f"prestamos/{branch.celia}")["tipo_prestamo_id"]
        assert walk.does("titular", f"prestamos/{branch.celia}/renovar", again, expect=409) == "no_renovable"
    with walk.on(lunes(9)):
        assert walk.get("supervisor", f"prestamos/{branch.ana}")["faltas"] == 2
        walk.meeting(branch.grupo, {branch.ana: 300, branch.celia: 300, branch.elsa: 4500, branch.dora: 0})
    with walk.on(lunes(9) + DAY):
        quote = walk.does("titular", "prestamos/cotizar", {**again, "renueva_id": branch.celia})
        assert (quote["saldo_anterior"], quote["monto_entregado"]) == (1500, 2500)
        branch.nueva = walk.does("titular", f"prestamos/{branch.celia}/renovar", again, expect=201)["id"]
        walk.does("supervisor", f"prestamos/{branch.nueva}/aprobar")
        cut = walk.cut("titular")
        walk.give(cut, 2500, "titular")
        new = walk.does("titular", f"prestamos/{branch.nueva}/desembolsar", {"medio": "efectivo"})
        assert (new["monto_entregado"], new["primera_fecha"], new["renovacion"]) == (2500, str(lunes(10)), True)
        assert walk.get("titular", f"prestamos/{branch.celia}")["estado"] == "renovado"
        assert walk.close(cut, 0, "titular")["diferencia"] == 0


def the_directors_week(walk: Walk, branch: Branch) -> None:
    """The week of the renewal in the director's reports, on the Sunday of it."""
    week = {"semana": str(lunes(9))}
    with walk.on(lunes(9) + 5 * DAY):
        report = walk.by("director").get(f"{ROOT}/reportes/general", **week)
        [row] = [one for one in report["data"] if one["grupo_id"] == branch.grupo]
        assert (row["cobranza_ideal"], row["cobranza_real"], row["morosidad_monto"]) == (5400, 5100, 300)
        assert (row["prestamo_papel"], row["prestamo_real"], row["sobrante"]) == (4000, 2500, 2600)
        assert row["porcentaje_prestamo"] == D("0.490196")
        assert (row["numero_de_creditos"], row["prestamos_activos"]) == (5, 4)
        par = walk.by("director").get(f"{ROOT}/reportes/par", fecha=str(walk.today))["totales"]
        assert par["par_30"] == D("0.115150")  # 2,751.43 of Dora / (that + 1,071.43 of Ana + 4,000 + 16,071.43 of Elsa)
        faltas = walk.by("director").get(f"{ROOT}/reportes/faltas", desde="2026-03-09", hasta=str(walk.today))
        assert (len(faltas["data"]), faltas["totales"]["faltas"]) == (7, 9)  # weeks 2 to 8 of Dora, two of Ana


def death(walk: Walk, branch: Branch) -> None:
    """Elsa dies: no missed weeks any more, and the insurer owes her rest."""
    with walk.on(lunes(10)):
        gone = {"estado": "fallecido", "fecha_fallecimiento": str(lunes(10) - 2 * DAY)}
        walk.by("titular").put(f"{ROOT}/clientes/{branch.clientes['Elsa']}", gone)
        sheet = walk.get("cobrador", f"grupos/{branch.grupo}/hoja")["prestamos"]
        assert [one["prestamo_id"] for one in sheet] == [branch.ana, branch.nueva, branch.dora]
        walk.meeting(branch.grupo, {branch.ana: 300, branch.nueva: 400, branch.dora: 0})
    with walk.on(lunes(10) + DAY):
        paid = walk.pay("cajero", branch.elsa, 22_500, metodo="seguro")
        assert paid["aplicado"]["capital"] == D("16071.43")
        assert walk.get("supervisor", f"prestamos/{branch.elsa}")["estado"] == "liquidado"
        for tipo, monto in (("cobrado", 22_500), ("pagado", 150)):
            walk.does("cajero", "seguros", {"tipo": tipo, "monto": monto}, expect=201)


def restructure(walk: Walk, branch: Branch) -> None:
    """Celia's rest of 4,400 becomes 22 payments of 200: the gerente proposes, the director does it."""
    for number in (11, 12):
        with walk.on(lunes(number)):
            walk.meeting(branch.grupo, {branch.ana: 300, branch.nueva: 400, branch.dora: 0})
    with walk.on(lunes(12) + DAY):
        terms = {"tipo": "recalendarizar", "numero_pagos": 22, "primera_fecha": str(lunes(13)), "motivo": "Se enfermó"}
        walk.does("gerente", f"prestamos/{branch.nueva}/reestructurar", terms, expect=202)
        done = walk.does("director", f"prestamos/{branch.nueva}/reestructurar", terms)
        assert (done["cuota"], done["numero_pagos"], done["saldo"], done["reestructurado"]) == (200, 25, 4400, True)
        assert done["saldo_capital"] == D("3142.86")


def the_end(walk: Walk, branch: Branch) -> None:
    """Ana's loan ends in its fourteenth week, penalty and all."""
    for number in (13, 14):
        with walk.on(lunes(number)):
            walk.meeting(branch.grupo, {branch.ana: 300, branch.nueva: 200, branch.dora: 0})
    with walk.on(lunes(14) + DAY):
        ana = walk.get("titular", f"prestamos/{branch.ana}/estado-cuenta")
        assert (ana["estado"], ana["saldo"], ana["pagado"], ana["faltas"]) == ("liquidado", 0, 4500, 2)
        assert ana["movimientos"][-1]["saldo"] == 0
        assert walk.pay("cajero", branch.ana, 10, expect=409, metodo="deposito") == "prestamo_cerrado"


def write_off(walk: Walk, branch: Branch) -> None:
    """Dora's loan is written off after 90 days, by two people; what she brings later is a recovery."""
    reason: dict[str, Any] = {"motivo": "No se encuentra a la clienta"}
    with walk.on(lunes(15)):
        late = walk.get("director", f"prestamos/{branch.dora}")
        assert (late["dias_atraso"], late["saldo"], late["saldo_capital"]) == (91, 4080, D("2751.43"))
        walk.does("gerente", f"prestamos/{branch.dora}/castigar", reason, expect=202)
        gone = walk.does("director", f"prestamos/{branch.dora}/castigar", reason)
        assert (gone["estado"], gone["saldo_castigado"]) == ("castigado", 4080)
    with walk.on(lunes(15) + DAY):
        assert walk.pay("cajero", branch.dora, 500, metodo="deposito")["recuperacion"]
        assert walk.get("director", f"prestamos/{branch.dora}")["recuperado"] == 500


def the_journal(walk: Walk, branch: Branch) -> None:
    """All accounts at the end; of the cuts only that of the cashier is open, out of which the bonus was paid."""
    assert walk.journal() == {
        "banco": D(27_400),
        "bonos": D(150),
        "caja_oficina": D("-10360.50"),
        "cartera": D("2857.15"),
        "castigos": D("2751.43"),
        "efectivo:CAJ": D(-150),
        "gastos": D("80.50"),
        "ingresos_comision": D(-900),
        "ingresos_interes": D("-21028.58"),
        "ingresos_mora": D(-300),
        "recuperaciones": D(-500),
    }
    assert walk.get("director", f"prestamos/{branch.nueva}")["saldo_capital"] == D("2857.15")
    assert walk.problems() == []
